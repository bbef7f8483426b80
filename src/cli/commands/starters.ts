import {SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import type {Starter} from '../../catalog/starter.ts';
import {nearestNames} from '../../plan/composition/nearest-names.ts';
import {formatTable} from '../format.ts';
import {jsonOption, mirrorOption, type Configure} from '../program.ts';
import {print, printJson, style} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument('[name]', 'a starter: its packages, line by line')
		.addOption(mirrorOption())
		.addOption(jsonOption())
		.action(async (name: string | undefined, options: {json?: boolean; mirror?: string}) => {
			await withServices({mirror: options.mirror, indexes: 'if missing'}, async ({planning}, signal) => {
				const starters = await planning.starters(signal);
				const shown = name === undefined ? starters : [find(starters, name)];
				if (options.json) printJson(shown.map(toJson));
				else if (name === undefined) print(formatTable(shown.map(starterRow)));
				else print(shown.map(details).join('\n\n'));
			});
		});

function find(starters: readonly Starter[], name: string): Starter {
	const found = starters.find(starter => starter.name === name);
	if (found) return found;
	const [near] = nearestNames(
		name,
		starters.map(starter => starter.name),
		1,
	);
	throw new SlipwayError('not-found', `There is no starter “${name}”.`, {
		hint: near ? `Did you mean ${near}? \`slipway starters\` lists them.` : '`slipway starters` lists them.',
	});
}

/** DESIGN.md section 4; further facts may follow. */
const toJson = ({name, title, description, category, variants, lines}: Starter) => ({
	name,
	title,
	description,
	category,
	variants,
	lines: lines.map(({line, suite, version, packages, devPackages, primaryPackage, endOfLife, config}) => {
		return {line, suite, version, packages, devPackages, primaryPackage, endOfLife, config};
	}),
});

const starterRow = ({name, lines, description}: Starter) => [
	style('bold', safeText(name)),
	safeText(lines.map(({line}) => line).join(', ')),
	style('dim', safeText(description)),
];

function details(starter: Starter): string {
	const rows = starter.lines.flatMap(({line, suite, version, packages, devPackages, endOfLife}) => [
		`${style('bold', safeText(line))}  ${safeText(version)} in ${safeText(suite)}${endOfLife ? style('dim', `, ends ${safeText(endOfLife)}`) : ''}`,
		`  minimal: ${safeText(packages.join(' '))}`,
		...(devPackages.length > 0 ? [`  dev adds: ${safeText(devPackages.join(' '))}`] : []),
	]);
	return [`${style('bold', safeText(starter.title))}: ${safeText(starter.description)}`, ...rows].join('\n');
}
