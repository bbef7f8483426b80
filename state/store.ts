/*
 * State of the terminal application: a store, pure reducers, selectors, the key map and the settings' schema. The words
 * are those of DESIGN.md section 1 and of the screens. No Ink, no React, no I/O: what happens outside is told to the
 * reducers by the controllers of src/app.
 */

/** A value that is replaced, never changed, and told to who listens. */
export interface Store<State> {
	readonly get: () => State;
	/** Replaces the state. The same object means that nothing changed: nobody is told. */
	readonly update: (change: (state: State) => State) => void;
	/** @returns ends the subscription */
	readonly subscribe: (listener: () => void) => () => void;
	/** Resolves as soon as it holds; rejects with the signal's reason. */
	until(holds: (state: State) => boolean, signal: AbortSignal): Promise<void>;
}

export function createStore<State>(initial: State): Store<State> {
	let state = initial;
	const listeners = new Set<() => void>();
	const subscribe = (listener: () => void) => {
		listeners.add(listener);
		return () => {
			listeners.delete(listener);
		};
	};
	return {
		get: () => state,
		update(change) {
			const next = change(state);
			if (Object.is(next, state)) return;
			state = next;
			for (const listener of listeners) listener();
		},
		subscribe,
		until: (holds, signal) =>
			new Promise((resolve, reject) => {
				if (signal.aborted) return reject(signal.reason as Error);
				if (holds(state)) return resolve();
				const abort = () => {
					stop();
					reject(signal.reason as Error);
				};
				const stop = subscribe(() => {
					if (!holds(state)) return;
					stop();
					signal.removeEventListener('abort', abort);
					resolve();
				});
				signal.addEventListener('abort', abort, {once: true});
			}),
	};
}
