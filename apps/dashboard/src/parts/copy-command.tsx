import { useState } from 'preact/hooks';

/** A command to paste elsewhere. */
export function CopyCommand({ command, of }: { command: string; of: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(command);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div class="command">
      <code tabIndex={0}>{command}</code>
      <button type="button" aria-label={`Copy the command for ${of}`} onClick={() => void copy().catch(() => {})}>{copied ? 'Copied' : 'Copy'}</button>
    </div>
  );
}
