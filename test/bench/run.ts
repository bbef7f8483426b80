import {parseArgs} from 'node:util';
import setup from '../support/global-setup.ts';
import type {BenchResult, BenchRow} from './row.ts';
import {benchRows} from './rows.ts';
import {benchTable} from './table.ts';

/** `npm run bench [-- NAME…] [--runs N] [--list] [--json]` */
const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {runs: {type: 'string', default: '5'}, list: {type: 'boolean'}, json: {type: 'boolean'}},
});

const note = (text: string) => void process.stderr.write(`${text}\n`);

async function run(rows: readonly BenchRow[]): Promise<void> {
	const removeFolders = setup();
	const results: BenchResult[] = [];
	try {
		for (const row of rows) {
			note(`${row.name}: ${row.title}`);
			try {
				const measured = await row.measure({runs: Number(values.runs), note});
				for (const {what, ours, unit} of measured) note(`  ${what}: ${ours.toFixed(2)} ${unit}`);
				results.push(...measured);
			} catch (error) {
				process.exitCode = 1;
				note(`  could not be measured: ${error instanceof Error ? error.message : String(error)}`);
			}
		}
	} finally {
		removeFolders();
	}
	process.stdout.write(values.json ? `${JSON.stringify(results, null, '\t')}\n` : `\n${benchTable(results)}`);
}

const unknown = positionals.filter(name => !benchRows.some(row => row.name === name));
if (values.list) {
	for (const {name, title} of benchRows) process.stdout.write(`${name.padEnd(16)}${title}\n`);
} else if (unknown.length > 0) {
	note(`There is no row ${unknown.join(', ')}; --list shows them.`);
	process.exitCode = 2;
} else {
	await run(benchRows.filter(({name}) => positionals.length === 0 || positionals.includes(name)));
}
