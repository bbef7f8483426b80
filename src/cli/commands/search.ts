import {safeText} from '../../base/safe-text.ts';
import type {FamilyHit, SearchResult} from '../../catalog/search-result.ts';
import {wholeNumberFrom} from '../arguments.ts';
import {plural} from '../format.ts';
import {jsonOption, mirrorOption, type Configure} from '../program.ts';
import {print, printJson, style} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument('<query...>', 'what to look for; typing errors are forgiven')
		.option('--starter <name>', 'show which of its lines every package fits')
		.option('--limit <n>', 'families to show', wholeNumberFrom(1), 20)
		.addOption(mirrorOption())
		.addOption(jsonOption())
		.action(
			async (words: readonly string[], options: {starter?: string; limit: number; json?: boolean; mirror?: string}) => {
				await withServices({mirror: options.mirror, indexes: 'if missing'}, async ({planning}, signal) => {
					const starter = options.starter === undefined ? {} : {starter: options.starter};
					const result = await planning.search(words.join(' '), {limit: options.limit, ...starter}, signal);
					if (options.json) printJson(result);
					else printResult(result);
				});
			},
		);

function printResult({query, total, families}: SearchResult): void {
	if (families.length === 0) {
		print(`No package matches “${safeText(query)}”.`);
		return;
	}
	for (const hit of families) print(familyText(hit));
	if (total > families.length) {
		print(style('dim', `${plural(families.length, 'family', 'families')} of ${total}; --limit shows more.`));
	}
}

const fipsMark = (label: FamilyHit['fips']) =>
	label === undefined ? '' : ` ${style(label === 'validated' ? 'green' : 'dim', `FIPS ${label}`)}`;

function familyText({family, auto, summary, blocked, members, fips, autoSummary = ''}: FamilyHit): string {
	const about = blocked
		? style(
				'yellow',
				`in use: ${safeText(blocked.package)} ${safeText(blocked.version)} in line ${safeText(blocked.line)}`,
			)
		: safeText(summary);
	const rows = members.map(({name, version, suite, lines, fips: own}) => {
		const fits = lines.length > 0 ? ` fits ${safeText(lines.join(', '))}` : '';
		return `    ${safeText(name)} ${style('dim', `${safeText(version)} ${safeText(suite)}${fits}`)}${fipsMark(own)}`;
	});
	return [
		`${style('bold', safeText(family))}${fipsMark(fips)}  ${about}`,
		...(auto === null || blocked
			? []
			: [`    ${style('cyan', safeText(auto))} ${style('dim', safeText(autoSummary))}`]),
		...rows,
	].join('\n');
}
