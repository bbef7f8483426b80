import type {InputEvent} from '../../../state/keys/decode-input.ts';

/**
 * Keys that arrive while a command still waits for what it acts on (a search, a plan, a file): they are kept, in their
 * order, and handled when it is done. So a quick hand, a paste of keys or a slow line never loses one, and however keys
 * are cut into chunks, the end is the same.
 */
export interface TypeAhead {
	/** Handles an event now, or keeps it while work is waited for. */
	take(event: InputEvent): void;
	/**
	 * Keeps what is typed until the work is done. Esc or Ctrl+C after a moment ends the waiting: the signal fires, and
	 * what was kept is dropped, as a shell drops it.
	 */
	hold(what: string, work: (signal: AbortSignal) => Promise<void>): void;
	isHeld(): boolean;
}

/** Esc in the same breath as the key before it belongs to the keys; later it is impatience. */
export const patienceMs = 400;

interface TypeAheadWishes {
	readonly handle: (event: InputEvent) => void;
	readonly now: () => number;
	/** What is waited for and for how long already is worth telling; null: no more. */
	readonly tell: (what: string | null) => void;
}

export function createTypeAhead({handle, now, tell}: TypeAheadWishes): TypeAhead {
	const kept: InputEvent[] = [];
	let held: {readonly sinceMs: number; readonly controller: AbortController; works: number} | null = null;

	let timer: NodeJS.Timeout | null = null;

	function end(): void {
		held = null;
		if (timer) clearTimeout(timer);
		timer = null;
		tell(null);
	}

	const isHeld = () => held !== null;

	function release(own: NonNullable<typeof held>): void {
		own.works -= 1;
		// Work whose waiting was given up may end later: it releases nothing.
		if (held !== own || own.works > 0) return;
		end();
		// One of them may hold again: those behind it stay.
		for (let event = kept.shift(); event; event = isHeld() ? undefined : kept.shift()) handle(event);
	}

	return {
		take(event) {
			if (!held) {
				handle(event);
				return;
			}
			const isImpatience =
				event.kind === 'key' && /^(?:esc|ctrl\+c)$/u.test(event.key) && now() - held.sinceMs > patienceMs;
			if (!isImpatience) {
				kept.push(event);
				return;
			}
			const {controller} = held;
			kept.length = 0;
			end();
			controller.abort();
		},
		isHeld,
		hold(what, work) {
			// Work may begin more work: all of it is waited for.
			const own = (held ??= {sinceMs: now(), controller: new AbortController(), works: 0});
			timer ??= setTimeout(() => tell(what), patienceMs);
			own.works += 1;
			void work(own.controller.signal).finally(() => release(own));
		},
	};
}
