import {isBuildId, isBuildTag} from '../../build/build-id.ts';
import {buildFolderOf, outlineOf, type BuildOutline} from '../../build/build-folder.ts';
import type {BuildStatus} from '../../build/journal-event.ts';
import {readBuildHistory} from '../../app/build-history.ts';
import {buildsFolderOf, changelogOf, type Changelog} from '../../app/changelog.ts';
import type {AllServices} from '../../app/create-services.ts';
import {safeText} from '../../base/safe-text.ts';
import {changelogText, changesInBrief} from '../changelog-text.ts';
import {formatDuration, formatTable, formatTime, shortDigest} from '../format.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson, style} from '../terminal.ts';
import {withServices} from '../with-services.ts';

interface BuildsOptions {
	readonly json?: boolean;
	readonly changes?: boolean;
	readonly files?: boolean;
}

export const configure: Configure = command =>
	void command
		.argument('[name]', 'builds of this private image with their images; or one build by its ID')
		.option('--changes', 'what each build changed: packages, versions, configuration, size')
		.option('--files', 'the same, with the files that differ')
		.addOption(jsonOption())
		.action(async (name: string | undefined, options: BuildsOptions) => {
			await withServices({}, async (services, signal) => {
				if (name !== undefined) return showHistory(services, name, options, signal);
				const list = await services.builds.list();
				if (options.json) printJson(list);
				else print(list.length === 0 ? noBuild : buildTable(list));
			});
		});

const noBuild = 'There is no build yet. `slipway build FILE` makes one.';

const buildTable = (list: Awaited<ReturnType<AllServices['builds']['list']>>) =>
	formatTable(
		list.map(({build, image, status, startedAt, finishedAt}) => [
			build,
			style('bold', safeText(image)),
			statusText(status),
			formatTime(startedAt),
			finishedAt === null ? '' : formatDuration(Date.parse(finishedAt) - Date.parse(startedAt)),
		]),
	);

/** One image's builds with digests and changes, newest first; or one build. */
async function showHistory(
	services: AllServices,
	name: string,
	options: BuildsOptions,
	signal: AbortSignal,
): Promise<void> {
	const buildsFolder = buildsFolderOf(services.paths);
	const one = isBuildId(name) ? await outlineOf((await services.locateBuild(name)).paths) : null;
	const builds = (await readBuildHistory(buildsFolder)).get(one?.image ?? name) ?? [];
	const parts = {buildsFolder, store: services.store};
	const withFiles = options.files ?? false;
	const changelogs: Changelog[] = [];
	for (const build of one ? [one] : builds)
		changelogs.push(await changelogOf(parts, build, builds, {withFiles, signal}));
	if (options.json) {
		// The fields of the plain list stay; what each build made and changed comes to them.
		const rows = changelogs.map(changelog => ({
			...changelog,
			folder: buildFolderOf(buildsFolder, changelog.build).folder,
		}));
		return printJson(one ? (rows[0] ?? null) : rows);
	}
	if (changelogs.length === 0) return print(`There is no build of ${safeText(name)} yet.`);
	if (one || options.changes || options.files) return print(changelogs.map(changelogText).join('\n\n'));
	print(historyText(changelogs, builds, await currentDigests(services, name)));
}

async function currentDigests({store}: AllServices, name: string): Promise<ReadonlySet<string>> {
	// A build's own tag never moves: what others point at is current.
	const tagged = (await store.list(name)).filter(({tag}) => !isBuildTag(tag));
	return new Set(tagged.map(({descriptor}) => descriptor.digest as string));
}

function historyText(
	changelogs: readonly Changelog[],
	builds: readonly BuildOutline[],
	current: ReadonlySet<string>,
): string {
	const rows = changelogs.flatMap(({build, status, startedAt, lines}, at) => {
		const head = [build, statusText(status), formatTime(startedAt)];
		if (lines.length === 0) return [[...head, '', statusText(builds[at]?.status ?? status), '', '']];
		return lines.map((line, place) => [
			...(place === 0 ? head : ['', '', '']),
			safeText(line.line),
			line.digest === null ? safeText(line.status) : shortDigest(line.digest),
			line.digest !== null && current.has(line.digest) ? style('green', 'current') : '',
			line.digest === null ? '' : changesInBrief(line),
		]);
	});
	return formatTable([['BUILD', 'STATUS', 'AT', 'LINE', 'IMAGE', '', 'CHANGES'], ...rows]);
}

const colours = {
	'in progress': 'cyan',
	created: 'green',
	'some lines created': 'yellow',
	'image build failed': 'red',
	cancelled: 'yellow',
	interrupted: 'yellow',
	'not built': 'dim',
} as const;

export const statusText = (status: BuildStatus | 'not built'): string => style(colours[status], status);
