/** A pure function that keeps its last answer: keys and frames ask for the same rows again and again. */
export function rememberLast<Args extends readonly unknown[], Result>(
	make: (...args: Args) => Result,
): (...args: Args) => Result {
	let last: {readonly args: Args; readonly result: Result} | null = null;
	return (...args) => {
		const before = last;
		if (before && args.every((own, at) => Object.is(own, before.args[at]))) return before.result;
		const result = make(...args);
		last = {args, result};
		return result;
	};
}
