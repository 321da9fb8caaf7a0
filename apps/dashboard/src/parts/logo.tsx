export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M7 22c3 0 3-2.6 6-2.6s3 2.6 6 2.6 3-2.6 6-2.6M9 15.4h5.4V10H9zM17.6 15.4H23V10h-5.4z" />
    </svg>
  );
}
