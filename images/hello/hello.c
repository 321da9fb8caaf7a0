// The process of the image novadock/hello: says its line, then stays up as PID 1 until it is told to end.
// No C library, so that the image is a few kB and the same for every host; only Linux system calls are used.

typedef unsigned long word;

#if defined(__x86_64__)
enum { SYS_write = 1, SYS_rt_sigprocmask = 14, SYS_wait4 = 61, SYS_rt_sigtimedwait = 128, SYS_exit_group = 231 };

__asm__(".globl _start\n_start:\n  xor %ebp, %ebp\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call start\n");

static long call(long number, word a, word b, word c, word d) {
  register word r10 __asm__("r10") = d;
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
enum { SYS_write = 64, SYS_exit_group = 94, SYS_rt_sigprocmask = 135, SYS_rt_sigtimedwait = 137, SYS_wait4 = 260 };

__asm__(".globl _start\n_start:\n  mov x29, #0\n  mov x30, #0\n  mov x0, sp\n  b start\n");

static long call(long number, word a, word b, word c, word d) {
  register word x8 __asm__("x8") = (word)number;
  register word x0 __asm__("x0") = a;
  register word x1 __asm__("x1") = b;
  register word x2 __asm__("x2") = c;
  register word x3 __asm__("x3") = d;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return (long)x0;
}
#else
#error "only x86_64 and aarch64"
#endif

enum { SIGINT = 2, SIGTERM = 15, SIGCHLD = 17, SIG_BLOCK = 0, WNOHANG = 1 };

static int equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

__attribute__((noreturn)) static void end(void) {
  for (;;) call(SYS_exit_group, 0, 0, 0, 0);
}

// `stack` is what the kernel leaves a new process: argc, then the arguments.
__attribute__((noreturn, used)) void start(word *stack) {
  static const char line[] = "Hello from Docker\n";
  call(SYS_write, 1, (word)line, sizeof line - 1, 0);
  if (stack[0] > 1 && equal((const char *)stack[2], "--once")) end();

  // PID 1 has no default handlers, so a signal that is not waited for would be lost. Blocked, it stays pending until then.
  word signals = 1ul << (SIGINT - 1) | 1ul << (SIGTERM - 1) | 1ul << (SIGCHLD - 1);
  call(SYS_rt_sigprocmask, SIG_BLOCK, (word)&signals, 0, sizeof signals);
  for (;;) {
    long signal = call(SYS_rt_sigtimedwait, (word)&signals, 0, 0, sizeof signals);
    if (signal == SIGINT || signal == SIGTERM) end();
    // Orphans of an exec become children of PID 1, which has to take their exit, or they stay as zombies.
    while (call(SYS_wait4, (word)-1, 0, WNOHANG, 0) > 0) {}
  }
}
