import type { Rollout } from '@novadock/api-client/browser';
import { useEffect, useRef } from 'preact/hooks';
import { orderWords, type Order, type Verb } from '../orders.ts';

type ConfirmProps = { rollout: Rollout; verb: Verb; /** Without an order: it is not to be done. */ onClose: (order?: Order) => void };

/** Asks before something is ordered that cannot be taken back. */
export function ConfirmOrder({ rollout, verb, onClose }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { label, confirm } = orderWords[verb];
  const choices = confirm?.choices?.(rollout);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const chosen = event.currentTarget instanceof HTMLFormElement ? Number(new FormData(event.currentTarget).get('choice') ?? 0) : 0;
    // It gives the focus back to the button that opened it.
    dialog.current?.close();
    onClose({ verb, body: choices?.[chosen]?.body });
  };
  const cancel = () => {
    dialog.current?.close();
    onClose();
  };
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onCancel={(event) => { event.preventDefault(); cancel(); }}>
      <form onSubmit={submit}>
        <h2 id="confirm-title">{confirm?.title(rollout)}</h2>
        <p>{confirm?.text(rollout)}</p>
        {choices?.map((choice, index) => <label key={choice.label} class="choice"><input type="radio" name="choice" value={index} checked={index === 0} />{choice.label}</label>)}
        <div class="orders">
          <button type="button" onClick={cancel}>Leave it</button>
          <button type="submit" class="danger full">{label.replace('…', '')} {rollout.id}</button>
        </div>
      </form>
    </dialog>
  );
}
