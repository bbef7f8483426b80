import type {Starter} from '../../catalog/starter.ts';
import {screenOf, startersOf} from '../../../state/app-state.ts';
import {newDraft} from '../../../state/composer/draft.ts';
import {pickerRows} from '../../../state/starters/starter-picker.ts';
import {sizesOf} from '../../../state/starters/starter-sizes.ts';
import {isCancelled, type App} from './app.ts';

/** A starter is planned under this name: the name decides nothing of its size. */
const provisionalName = 'starter';

/**
 * Plans starters while they are looked at, the one under the cursor first: what each weighs. One plan after another, and
 * none once the user has left, so that nobody waits for them.
 */
export function createStarterSizesController(app: App): void {
	const {store, services} = app;
	let catalogue: readonly Starter[] | null = null;
	let running: AbortController | null = null;

	function next(): Starter | undefined {
		const state = store.get();
		const rows = pickerRows(state.picker, startersOf(state));
		const current = rows[state.picker.cursor.at];
		const isUnknown = ({name, lines}: Starter) => lines.length > 0 && !(name in state.starterSizes);
		return current && isUnknown(current) ? current : rows.find(isUnknown);
	}

	async function measure(signal: AbortSignal): Promise<void> {
		for (let starter = next(); starter && !signal.aborted; starter = next()) {
			const {name} = starter;
			try {
				const plan = await services.planning.plan({...newDraft(starter), name: provisionalName}, signal);
				store.update(state => ({...state, starterSizes: {...state.starterSizes, [name]: sizesOf(plan)}}));
			} catch (error) {
				if (isCancelled(error)) return;
				// One that cannot be planned says so in the composer; here it has no size.
				store.update(state => ({...state, starterSizes: {...state.starterSizes, [name]: {}}}));
			}
		}
	}

	function follow(): void {
		const state = store.get();
		const starters = startersOf(state);
		if (starters !== catalogue) {
			// Newer package lists: what was planned with older ones says nothing.
			const isFirst = catalogue === null || catalogue.length === 0;
			catalogue = starters;
			running?.abort();
			running = null;
			if (!isFirst) store.update(now => ({...now, starterSizes: {}}));
		}
		if (screenOf(state) !== 'starters') {
			running?.abort();
			running = null;
		} else if (!running && next()) {
			const own = new AbortController();
			running = own;
			void measure(AbortSignal.any([own.signal, app.signal])).finally(() => {
				if (running === own) running = null;
			});
		}
	}

	const stop = store.subscribe(follow);
	app.signal.addEventListener('abort', stop, {once: true});
}
