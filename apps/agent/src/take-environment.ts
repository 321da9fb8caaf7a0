/** What a service manager (systemd.exec(5), sd_notify(3), sd_listen_fds(3)) and Novadock say to one process, and no other. */
const own = /^(NOTIFY_SOCKET|LISTEN_.+|WATCHDOG_.+|INVOCATION_ID|JOURNAL_STREAM|LOG_NAMESPACE|MAINPID|MANAGERPID|SYSTEMD_EXEC_PID|MEMORY_PRESSURE_.+|CREDENTIALS_DIRECTORY|(RUNTIME|STATE|CACHE|LOGS|CONFIGURATION)_DIRECTORY|NOVADOCK_.+)$/;

/**
 * What this process was started with. What is for it alone goes out of `env`, which its children inherit: an engine or a script of a
 * package that has NOTIFY_SOCKET speaks to systemd in the agent's name.
 */
export function takeEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const taken = { ...env };
  for (const name of Object.keys(env)) if (own.test(name)) delete env[name];
  return taken;
}
