import type {RefreshedSuite} from '../repository/package-index.ts';

/** What a refresh has to say to people: one sentence for every release that went wrong, not one for each suite. */
export function refreshWarnings(suites: readonly RefreshedSuite[]): readonly string[] {
	const warnings = new Map<string, string>();
	for (const {suite, outcome, reason} of suites) {
		const release = suite.replace(/-.*$/u, '');
		if (outcome !== 'offline' && outcome !== 'unavailable') continue;
		const why = reason ?? `The mirror did not answer for ${suite}.`;
		const what = outcome === 'offline' ? `${why} The index on disk is used.` : why;
		if (!warnings.has(release)) warnings.set(release, what);
	}
	return [...warnings.values()];
}
