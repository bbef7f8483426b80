import {compareVersions} from '../repository/deb/version.ts';
import type {LinePlan, Plan, PlannedPackage} from './plan.ts';

export interface PackageChange {
	readonly name: string;
	/** `moved`: the same package, now in the image or no longer; `rebuilt`: the same version with other content. */
	readonly kind: 'added' | 'removed' | 'upgraded' | 'downgraded' | 'moved' | 'rebuilt';
	/** Version before; null if it was not there. */
	readonly before: string | null;
	readonly after: string | null;
	/** Whether it is in the image, after the change or, if removed, before it. */
	readonly inImage: boolean;
	/** What the change adds to the image, or takes from it. */
	readonly installedSizeBytes: number;
}

export interface ConfigChange {
	/** `env.APP_ENV`, `user` */
	readonly field: string;
	readonly before: string | null;
	readonly after: string | null;
}

export interface LineDiff {
	readonly line: string;
	readonly kind: 'added' | 'removed' | 'changed' | 'same';
	readonly statusBefore: LinePlan['status'] | null;
	readonly statusAfter: LinePlan['status'] | null;
	readonly packages: readonly PackageChange[];
	readonly config: readonly ConfigChange[];
	readonly installedSizeBytes: number;
	readonly downloadSizeBytes: number;
}

/** What differs between two plans, line by line; lines of `after` first, in its order. */
export function diffPlans(before: Plan, after: Plan): readonly LineDiff[] {
	const names = [...new Set([...after.lines, ...before.lines].map(({line}) => line))];
	const lineOf = (plan: Plan, name: string) => plan.lines.find(({line}) => line === name) ?? null;
	return names.map(name => diffLines(lineOf(before, name), lineOf(after, name), name));
}

/** The same for one line; null where a plan does not have it. */
export function diffLines(before: LinePlan | null, after: LinePlan | null, name: string): LineDiff {
	const packages = before === after ? [] : packageChanges(before?.packages ?? [], after?.packages ?? []);
	const config = configChanges(before, after);
	const isSame = packages.length === 0 && config.length === 0 && before?.status === after?.status;
	return {
		line: name,
		kind: before === null ? 'added' : after === null ? 'removed' : isSame ? 'same' : 'changed',
		statusBefore: before?.status ?? null,
		statusAfter: after?.status ?? null,
		packages,
		config,
		installedSizeBytes: (after?.installedSizeBytes ?? 0) - (before?.installedSizeBytes ?? 0),
		downloadSizeBytes: (after?.downloadSizeBytes ?? 0) - (before?.downloadSizeBytes ?? 0),
	};
}

function packageChanges(before: readonly PlannedPackage[], after: readonly PlannedPackage[]): readonly PackageChange[] {
	const old = new Map(before.map(entry => [entry.name, entry]));
	const current = new Map(after.map(entry => [entry.name, entry]));
	const names = [...new Set([...old.keys(), ...current.keys()])].sort();
	return names.flatMap(name => packageChange(name, old.get(name), current.get(name)) ?? []);
}

function packageChange(
	name: string,
	before: PlannedPackage | undefined,
	after: PlannedPackage | undefined,
): PackageChange | null {
	const kind = kindOf(before, after);
	if (kind === null) return null;
	const sizeIn = (entry: PlannedPackage | undefined) => (entry?.inImage === true ? entry.installedSize : 0);
	return {
		name,
		kind,
		before: before?.version ?? null,
		after: after?.version ?? null,
		inImage: (after ?? before)?.inImage ?? false,
		installedSizeBytes: sizeIn(after) - sizeIn(before),
	};
}

function kindOf(before: PlannedPackage | undefined, after: PlannedPackage | undefined): PackageChange['kind'] | null {
	if (before === undefined) return after === undefined ? null : 'added';
	if (after === undefined) return 'removed';
	const order = compareVersions(before.version, after.version);
	if (order !== 0) return order < 0 ? 'upgraded' : 'downgraded';
	if (before.sha256 !== after.sha256) return 'rebuilt';
	return before.inImage === after.inImage ? null : 'moved';
}

function configChanges(before: LinePlan | null, after: LinePlan | null): readonly ConfigChange[] {
	const old = flatConfig(before);
	const current = flatConfig(after);
	const fields = [...new Set([...old.keys(), ...current.keys()])].sort();
	return fields.flatMap(field => {
		const change = {field, before: old.get(field) ?? null, after: current.get(field) ?? null};
		return change.before === change.after ? [] : [change];
	});
}

function flatConfig(plan: LinePlan | null): ReadonlyMap<string, string> {
	const flat = new Map<string, string>();
	if (plan === null) return flat;
	const {env, labels, entrypoint, cmd, ports, volumes, user, workdir, stopSignal} = plan.config;
	for (const [name, value] of Object.entries(env)) flat.set(`env.${name}`, value);
	for (const [name, value] of Object.entries(labels)) flat.set(`labels.${name}`, value);
	for (const [name, list] of Object.entries({entrypoint, cmd, ports, volumes})) flat.set(name, JSON.stringify(list));
	flat.set('user', user).set('workdir', workdir);
	if (stopSignal !== null) flat.set('stopSignal', stopSignal);
	for (const {name, version} of plan.bundles) flat.set(`bundles.${name}`, String(version));
	return flat;
}
