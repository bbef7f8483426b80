import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {stringify} from 'yaml';
import {createServices, type AllServices} from '../../../src/app/create-services.ts';
import {createBuildFolder} from '../../../src/build/build-folder.ts';
import type {FinishedLine} from '../../../src/build/journal-event.ts';
import {createJournal} from '../../../src/build/journal/journal-writer.ts';
import {lineContentHash} from '../../../src/plan/line-content.ts';
import {benchHome} from '../bench-home.ts';
import type {BenchRow} from '../row.ts';

const images = 1000;
const starters = ['php', 'python', 'nginx', 'node', 'debian', 'redis', 'perl', 'ruby'];
const extras = ['curl', 'tini', 'jq', 'git', 'less', 'nano', 'rsync', 'htop', 'socat', 'tree', 'wget', 'unzip', 'zip'];

/** A thousand private images of eight starters that are all up to date: each is planned, none is built. */
export const rebuilds: BenchRow = {
	name: 'rebuilds',
	title: `a rebuild of ${images} private images that finds nothing to do`,
	async measure({note}) {
		const home = await benchHome(note);
		const services = await createServices({env: {...process.env, ...home.env}});
		note('  planning the images');
		try {
			await mkdir(services.compositions.folder, {recursive: true});
			for (let number = 0; number < images; number += 1) await addBuiltImage(services, number);
		} finally {
			await services.close();
		}
		const usageFile = join(home.folder, 'usage.json');
		const reporter = join(home.folder, 'report-usage.mjs');
		await writeFile(
			reporter,
			`import {writeFileSync} from 'node:fs';
process.on('exit', () => writeFileSync(${JSON.stringify(usageFile)}, JSON.stringify(process.resourceUsage())));\n`,
		);
		const result = await home.run(['rebuild', '--all', '--no-refresh', '--json'], {
			timeoutMs: 600_000,
			env: {NODE_OPTIONS: `--import=${reporter}`},
		});
		if (result.exitCode !== 0) throw new Error(`slipway rebuild: ${result.stderr}`);
		const upToDate = (result.json() as {readonly status: string}[]).filter(({status}) => status === 'up to date');
		if (upToDate.length < images)
			throw new Error(`${images - upToDate.length} of ${images} images were not up to date`);
		const usage = JSON.parse(await readFile(usageFile, 'utf8')) as NodeJS.ResourceUsage;
		const what = `${images} images with nothing to do`;
		return [
			{what: `${what}: processor`, unit: 's', ours: processorSeconds(usage), budget: atMost(10), peer: null},
			{what: `${what}: memory`, unit: 'MB', ours: usage.maxRSS / 1024, budget: atMost(500), peer: null},
		];
	},
};

const atMost = (value: number) => ({kind: 'at most', value}) as const;

const processorSeconds = ({userCPUTime, systemCPUTime}: NodeJS.ResourceUsage) => (userCPUTime + systemCPUTime) / 1e6;

/** A private image as a build of all its lines leaves it, but for the layers. */
async function addBuiltImage({compositions, planning, paths, store}: AllServices, number: number): Promise<void> {
	const name = `bench-${number}-image`;
	const extra = [0, 1, 2, 3].map(at => extras[(number * 7 + at * (1 + (number % 5))) % extras.length]);
	const text = stringify({
		name,
		starter: starters[number % starters.length],
		packages: [...new Set(extra)],
		env: {NUMBER: String(number)},
	});
	await compositions.saveText(name, text, name);
	const plan = await planning.plan((await compositions.open(name)).composition);
	const folder = await createBuildFolder(join(paths.data, 'builds'), plan, {
		lines: null,
		engine: 'native',
		concealedVariables: [],
		parallelLines: 1,
	});
	const lines: FinishedLine[] = [];
	for (const {line, status, tags} of plan.lines) {
		if (status !== 'ok') continue;
		const {digest, size} = await store.put('application/octet-stream', Buffer.from(`${name} ${line}`));
		lines.push({line, status: 'created', digest, tags, size, traceId: `${folder.build}.${line}`, error: null});
	}
	const journal = createJournal(folder.journal);
	journal.append({
		type: 'build/started',
		build: folder.build,
		image: name,
		engine: 'native',
		lines: lines.map(({line}) => line),
		content: Object.fromEntries(plan.lines.map(line => [line.line, lineContentHash(line)])),
		pid: process.pid,
		processStart: null,
	});
	journal.append({type: 'build/finished', status: 'created', lines});
	journal.close();
}
