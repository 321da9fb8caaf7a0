import { CopyCommand } from './copy-command.tsx';

/** What to do first. */
export function EmptyFleet() {
  return (
    <section class="card empty" aria-labelledby="empty">
      <h2 id="empty">Add the first host</h2>
      <p>A host is a Linux machine with systemd. It needs nothing else but curl, tar and gzip.</p>
      <ol>
        <li>On the machine of the control plane, have a line made that is good for one host:<CopyCommand command="npx novadock host token" of="a host token" /></li>
        <li>Run that line on the machine that is to be the host, as root. It appears here.</li>
        <li>Make it fit to run instances:<CopyCommand command="npx novadock host prepare NAME" of="host preparation" /></li>
      </ol>
    </section>
  );
}
