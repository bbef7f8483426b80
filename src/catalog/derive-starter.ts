import {compareVersions, upstreamVersion} from '../repository/deb/version.ts';
import type {PackageId, PackageIndex} from '../repository/package-index.ts';
import type {StarterDefinition, StarterPathDefinition} from './starter-definition.ts';
import {isUnreleased} from './unreleased.ts';
import type {ImageConfig, IndexesByRelease, Starter, StarterLine, StarterPath, Variant} from './starter.ts';

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Letters that a pattern for names begins with literally: the schema asks for them. */
const beginning = 3;

const beginnings = new WeakMap<PackageIndex, ReadonlyMap<string, readonly PackageId[]>>();

/** A starter with the lines that the indexes have now, most advanced first; without any where no index has the software. */
export function deriveStarter(definition: StarterDefinition, indexes: IndexesByRelease): Starter {
	const lines = new Map<string, StarterLine>();
	for (const release of definition.releases) {
		const index = indexes.get(release);
		if (index === undefined) continue;
		for (const [line, id] of linesIn(definition, index)) {
			if (!lines.has(line)) lines.set(line, starterLine(definition, index, line, id));
		}
	}
	return {
		name: definition.name,
		title: definition.title,
		description: definition.description,
		category: definition.category,
		variants: definition.variants,
		lines: [...lines.values()].sort((a, b) => compareVersions(b.line, a.line)),
	};
}

/** A line's configuration in a variant. */
export function configOf(line: StarterLine, variant: Variant): ImageConfig {
	return variant === 'dev' ? {...line.config, ...line.devConfig} : line.config;
}

/** Lines of a release with the newest version of their primary package. */
function linesIn(definition: StarterDefinition, index: PackageIndex): ReadonlyMap<string, PackageId> {
	const pattern = new RegExp(`^(?:${definition.primary.package})$`, 'u');
	const lines = new Map<string, PackageId>();
	const known = (id: PackageId) => {
		const version = index.versionOf(id);
		const match = pattern.exec(index.nameOf(id));
		if (match === null || isUnreleased(version)) return;
		const line = match.groups?.['line'] ?? firstParts(numericVersion(version), definition.primary.lineParts ?? 1);
		const other = lines.get(line);
		if (other === undefined || compareVersions(index.versionOf(other), version) < 0) lines.set(line, id);
	};
	if (/^[a-z0-9+-]+$/.test(definition.primary.package)) {
		// A plain name: only its newest version, since older ones are there until the mirror drops them.
		for (const id of index.packagesNamed(definition.primary.package).slice(0, 1)) known(id);
	} else {
		for (const id of idsByBeginning(index).get(definition.primary.package.slice(0, beginning)) ?? []) known(id);
	}
	return lines;
}

function starterLine(definition: StarterDefinition, index: PackageIndex, line: string, id: PackageId): StarterLine {
	const fill = (text: string) => text.replaceAll('{line}', line).replaceAll('{arch}', index.architecture);
	const own = definition.config;
	const config: ImageConfig = {
		user: own.user,
		workdir: own.workdir,
		entrypoint: (own.entrypoint ?? []).map(fill),
		cmd: (own.cmd ?? []).map(fill),
		env: filledEnv(own.env ?? {}, fill),
		ports: own.ports ?? [],
		volumes: own.volumes ?? [],
		stopSignal: own.stopSignal ?? null,
		labels: {},
	};
	return {
		line,
		suite: index.release,
		version: versionOf(definition, index.versionOf(id)),
		primaryPackage: index.nameOf(id),
		packages: definition.packages.minimal.map(fill),
		devPackages: definition.packages.dev.map(fill),
		config,
		devConfig: devConfigOf(definition, fill),
		paths: definition.paths.map(path => starterPath(path, fill)),
		endOfLife: definition.endOfLife[line] ?? null,
		fips: definition.fips,
	};
}

function devConfigOf({devConfig}: StarterDefinition, fill: (text: string) => string): Partial<ImageConfig> {
	const {user = '0:0', workdir, entrypoint, cmd, env, ports, volumes, stopSignal} = devConfig;
	return {
		user,
		...(workdir === undefined ? {} : {workdir}),
		...(entrypoint === undefined ? {} : {entrypoint: entrypoint.map(fill)}),
		...(cmd === undefined ? {} : {cmd: cmd.map(fill)}),
		...(env === undefined ? {} : {env: filledEnv(env, fill)}),
		...(ports === undefined ? {} : {ports}),
		...(volumes === undefined ? {} : {volumes}),
		...(stopSignal === undefined ? {} : {stopSignal}),
	};
}

function filledEnv(env: Readonly<Record<string, string>>, fill: (text: string) => string): Record<string, string> {
	return Object.fromEntries(Object.entries({PATH: defaultPath, ...env}).map(([name, value]) => [name, fill(value)]));
}

function starterPath(path: StarterPathDefinition, fill: (text: string) => string): StarterPath {
	return {
		path: fill(path.path),
		mode: path.mode ?? (path.content === undefined ? '0755' : '0644'),
		owner: path.owner,
		group: path.group,
		link: path.link === undefined ? null : fill(path.link),
		...(path.content === undefined ? {} : {content: fill(path.content)}),
		...(path.absent ? {absent: true} : {}),
		...(path.beforeConfigure ? {beforeConfigure: true} : {}),
	};
}

function versionOf(definition: StarterDefinition, version: string): string {
	const {version: pattern} = definition.primary;
	const match = pattern === undefined ? null : new RegExp(pattern, 'u').exec(version);
	return match === null ? numericVersion(version) : match.slice(1).join('.');
}

/** `8.4.28` of `8.4.28-1~deb13u1`, `24.21.0` of `24.21.0+dfsg+~cs24.13.4-1`. */
function numericVersion(version: string): string {
	const upstream = upstreamVersion(version);
	return /^\d+(?:\.\d+)*/.exec(upstream)?.[0] ?? upstream;
}

function firstParts(version: string, count: number): string {
	return version.split('.').slice(0, count).join('.');
}

/** Packages by the first letters of their names: read once, for all starters with a pattern. */
function idsByBeginning(index: PackageIndex): ReadonlyMap<string, readonly PackageId[]> {
	const known = beginnings.get(index);
	if (known !== undefined) return known;
	const groups = new Map<string, PackageId[]>();
	for (let id = 0; id < index.packageCount; id++) {
		const letters = index.nameOf(id).slice(0, beginning);
		const group = groups.get(letters);
		if (group === undefined) groups.set(letters, [id]);
		else group.push(id);
	}
	beginnings.set(index, groups);
	return groups;
}
