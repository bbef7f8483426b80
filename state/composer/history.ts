/** Undo and redo over values that are replaced whole. */
export interface History<Value> {
	readonly past: readonly Value[];
	readonly present: Value;
	readonly future: readonly Value[];
}

const longest = 200;

export const historyOf = <Value>(present: Value): History<Value> => ({past: [], present, future: []});

export function record<Value>(history: History<Value>, present: Value): History<Value> {
	if (Object.is(present, history.present)) return history;
	return {past: [...history.past, history.present].slice(-longest), present, future: []};
}

export function undo<Value>(history: History<Value>): History<Value> {
	const present = history.past.at(-1);
	if (present === undefined) return history;
	return {past: history.past.slice(0, -1), present, future: [history.present, ...history.future]};
}

export function redo<Value>(history: History<Value>): History<Value> {
	const [present, ...future] = history.future;
	if (present === undefined) return history;
	return {past: [...history.past, history.present], present, future};
}
