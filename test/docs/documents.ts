import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {format, resolveConfig} from 'prettier';
import {actionEventJsonSchema} from '../../src/actions/action-event.ts';
import {rulesJsonSchema} from '../../src/actions/rules.ts';
import {packageRoot} from '../../src/base/package-root.ts';
import {starterJsonSchema} from '../../src/catalog/starter-definition.ts';
import {compositionJsonSchema} from '../../src/plan/composition/composition-schema.ts';
import {settingsJsonSchema} from '../../state/settings/settings-json-schema.ts';
import {readResults} from '../starters/results.ts';
import {comparisonPage, readComparisons} from '../peers/mmdebstrap/comparisons.ts';
import {starterPage} from '../starters/starter-table.ts';
import {commandTable, exitCodeTable, keyTable, settingTable} from './tables.ts';

/** A file that is made from code, whole or in parts. */
export interface GeneratedDocument {
	/** From the project's root. */
	readonly path: string;
	readonly text: string;
}

/** Every generated document as it should be now. */
export async function generatedDocuments(): Promise<readonly GeneratedDocument[]> {
	const readme = await readFile(join(packageRoot(), 'README.md'), 'utf8');
	const sections = {
		commands: await commandTable(),
		'exit codes': exitCodeTable(),
		settings: settingTable(),
		keys: keyTable(),
		example: `\`\`\`yaml\n${await readFile(join(packageRoot(), 'examples/php-api.yaml'), 'utf8')}\`\`\`\n`,
	};
	const documents = [
		{path: 'README.md', text: Object.entries(sections).reduce(withSection, readme)},
		{path: 'test/starters/starters.md', text: starterPage(await readResults())},
		{path: 'test/peers/mmdebstrap.md', text: comparisonPage(await readComparisons())},
		{path: 'src/plan/composition/composition.schema.json', text: JSON.stringify(compositionJsonSchema())},
		{path: 'src/actions/rules.schema.json', text: JSON.stringify(rulesJsonSchema())},
		{path: 'src/actions/event.schema.json', text: JSON.stringify(actionEventJsonSchema())},
		{path: 'state/settings/settings.schema.json', text: JSON.stringify(settingsJsonSchema())},
		{path: 'src/catalog/starter.schema.json', text: JSON.stringify(starterJsonSchema())},
	];
	return Promise.all(documents.map(async ({path, text}) => ({path, text: await formatted(path, text)})));
}

/** Puts a text between `<!-- NAME: made by npm run docs -->` and `<!-- end of NAME -->`. */
export function withSection(document: string, [name, text]: readonly [string, string]): string {
	const begin = `<!-- ${name}: made by npm run docs -->`;
	const end = `<!-- end of ${name} -->`;
	const from = document.indexOf(begin);
	const to = document.indexOf(end, from);
	if (from === -1 || to === -1) throw new Error(`README.md lacks ${begin} … ${end}`);
	return `${document.slice(0, from)}${begin}\n\n${text}\n${document.slice(to)}`;
}

async function formatted(path: string, text: string): Promise<string> {
	const filepath = join(packageRoot(), path);
	return format(text, {...(await resolveConfig(filepath)), filepath});
}
