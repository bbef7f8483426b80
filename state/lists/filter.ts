/**
 * Filter of a list, in the grammar of fzf's extended search that people have in their fingers: words that all have to
 * match, `'exact`, `^start`, `end$`, `!not`, `a | b`. Letters match in order with gaps, unless exact; capitals count
 * once one is typed.
 *
 * @param name what people know an entry by; several: a word is found within one of them, never across two
 * @param others what else is told of it: words stand there as they are typed, since in prose three letters with gaps
 *   match nearly everything
 */
export function matchesFilter(
	filter: string,
	name: string | readonly string[],
	others: readonly string[] = [],
): boolean {
	const names = typeof name === 'string' ? [name] : name;
	const groups = filter.trim().split(/\s+\|\s+/u);
	// `a b | c d` is read as in fzf: | binds the terms beside it; here whole groups, which filters of one word agree on.
	return groups.some(group => group.split(/\s+/u).every(term => matchesFields(term, names, others)));
}

const matchesFields = (term: string, names: readonly string[], others: readonly string[]): boolean =>
	term.startsWith('!')
		? [...names, ...others].every(field => matchesTerm(term, field))
		: names.some(field => matchesTerm(term, field)) || others.some(field => matchesExactly(term, field));

const matchesExactly = (term: string, text: string): boolean =>
	contains(term.startsWith("'") ? term.slice(1) : term, text);

function matchesTerm(term: string, text: string): boolean {
	if (term === '' || term === '!') return true;
	if (term.startsWith('!')) return !contains(term.slice(1), text);
	if (term.startsWith("'")) return contains(term.slice(1), text);
	if (term.startsWith('^') || (term.endsWith('$') && term.length > 1)) return contains(term, text);
	const [needle, hay] = folded(term, text);
	let at = 0;
	for (const letter of needle) {
		at = hay.indexOf(letter, at);
		if (at === -1) return false;
		at += letter.length;
	}
	return true;
}

function contains(term: string, text: string): boolean {
	const isStart = term.startsWith('^');
	const isEnd = term.endsWith('$') && term.length > 1;
	const [needle, hay] = folded(term.slice(isStart ? 1 : 0, isEnd ? -1 : undefined), text);
	if (isStart && isEnd) return hay === needle;
	if (isStart) return hay.startsWith(needle);
	return isEnd ? hay.endsWith(needle) : hay.includes(needle);
}

function folded(term: string, text: string): readonly [string, string] {
	return term === term.toLowerCase() ? [term, text.toLowerCase()] : [term, text];
}
