import type {ImageConfig} from '../catalog/starter.ts';
import type {ImageConfigFile} from '../image/oci.ts';
import type {SbomPackage} from '../image/sbom-packages.ts';
import type {LinePlan} from '../plan/plan.ts';

/** What two images, builds or compositions are compared by. */
export interface Snapshot {
	/** The line, where it is known. */
	readonly line: string | null;
	readonly packages: ReadonlyMap<string, {readonly version: string; readonly sizeBytes: number | null}>;
	/** Run-time configuration as flat text: `env APP_ENV` → `production`. */
	readonly config: ReadonlyMap<string, string>;
	/** Compressed bytes of the layers; null before a build. */
	readonly sizeBytes: number | null;
}

export interface Difference {
	readonly line: string | null;
	readonly packages: readonly {readonly name: string; readonly before: string | null; readonly after: string | null}[];
	readonly config: readonly {readonly field: string; readonly before: string | null; readonly after: string | null}[];
	readonly sizeBytes: {readonly before: number | null; readonly after: number | null};
	readonly installedSizeBytes: {readonly before: number; readonly after: number};
}

export function snapshotOfImage(
	packages: readonly SbomPackage[],
	{config}: ImageConfigFile,
	sizeBytes: number,
): Snapshot {
	const variables = Object.fromEntries(
		(config.Env ?? []).map(text => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
	);
	return {
		line: null,
		packages: new Map(
			packages.map(({name, version, installedSizeBytes}) => [name, {version, sizeBytes: installedSizeBytes}]),
		),
		config: flatConfig({
			user: config.User ?? '',
			workdir: config.WorkingDir ?? '',
			entrypoint: config.Entrypoint ?? [],
			cmd: config.Cmd ?? [],
			env: variables,
			ports: Object.keys(config.ExposedPorts ?? {}),
			volumes: Object.keys(config.Volumes ?? {}),
			stopSignal: config.StopSignal ?? null,
			labels: config.Labels ?? {},
		}),
		sizeBytes,
	};
}

export const snapshotOfPlan = ({line, packages, config}: LinePlan): Snapshot => ({
	line,
	packages: new Map(
		packages
			.filter(({inImage}) => inImage)
			.map(({name, version, installedSize}) => [name, {version, sizeBytes: installedSize}]),
	),
	config: flatConfig(config),
	sizeBytes: null,
});

function flatConfig(config: ImageConfig): ReadonlyMap<string, string> {
	const list = (values: readonly string[]) => (values.length > 0 ? JSON.stringify(values) : '');
	return new Map(
		[
			['user', config.user],
			['workdir', config.workdir],
			['entrypoint', list(config.entrypoint)],
			['cmd', list(config.cmd)],
			['ports', list([...config.ports].sort())],
			['volumes', list([...config.volumes].sort())],
			['stop signal', config.stopSignal ?? ''],
			...Object.entries(config.env).map(([name, value]) => [`env ${name}`, value] as const),
			...Object.entries(config.labels).map(([name, value]) => [`label ${name}`, value] as const),
		].filter((entry): entry is [string, string] => entry[1] !== ''),
	);
}

export function difference(before: Snapshot, after: Snapshot): Difference {
	const changed = <T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>, text: (value: T) => string) =>
		[...new Set([...a.keys(), ...b.keys()])].sort().flatMap(key => {
			const [old, young] = [a.get(key), b.get(key)];
			const change = {before: old === undefined ? null : text(old), after: young === undefined ? null : text(young)};
			return change.before === change.after ? [] : [{key, ...change}];
		});
	const installed = ({packages}: Snapshot) =>
		[...packages.values()].reduce((sum, {sizeBytes}) => sum + (sizeBytes ?? 0), 0);
	return {
		line: after.line ?? before.line,
		packages: changed(before.packages, after.packages, ({version}) => version).map(({key, ...change}) => {
			return {name: key, ...change};
		}),
		config: changed(before.config, after.config, text => text).map(({key, ...change}) => ({field: key, ...change})),
		sizeBytes: {before: before.sizeBytes, after: after.sizeBytes},
		installedSizeBytes: {before: installed(before), after: installed(after)},
	};
}
