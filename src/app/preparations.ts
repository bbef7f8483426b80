import type {OpenedCatalogue} from './opened-catalogue.ts';

/** Queries of every kind, letter by letter: names, several words, descriptions, typing errors. */
const typed = ['php-curl', 'libssl', 'postgers', 'web server', 'imagemagik', 'pyton3-requsts', "'json parser"];

/**
 * What the first keystrokes would else wait for, in steps of some milliseconds: the search index is read, and code that
 * runs for every letter is run until it is compiled. The first letters took 15 ms each without it, later ones 3.
 */
export function* preparations({searcher}: OpenedCatalogue): Generator<void> {
	const search = searcher();
	yield;
	for (const word of typed) {
		for (let length = 1; length <= word.length; length++) {
			search.search(word.slice(0, length));
			yield;
		}
	}
}
