import type {LinePlan, PlannedPackage} from '../../../plan/plan.ts';
import type {StarterPath} from '../../../catalog/starter.ts';
import type {Segment} from './segment.ts';
import type {StageStep} from './sandbox-job.ts';

export type StageName = 'essential' | 'common' | 'starter' | 'added' | 'certificates';

/** A set of packages that is configured together over the stages before it, and kept for every image that needs it. */
export interface PlannedStage {
	readonly name: StageName;
	readonly packages: readonly PlannedPackage[];
	/** Paths of the starter that scripts have to find. */
	readonly paths: readonly StarterPath[];
}

/** What every starter has, and what takes the longest of all: its scripts start dozens of processes for each authority. */
const commonName = 'ca-certificates';

/**
 * Essential packages and all they need come first, as debootstrap and mmdebstrap do it: without them no maintainer
 * script runs. They and the common ones are the same for every image of a release; the starter's are the same for every
 * image on a line.
 */
export function planStages(line: LinePlan): readonly PlannedStage[] {
	const ofStarter = new Map(line.packages.filter(({inStarter}) => inStarter).map(planned => [planned.name, planned]));
	const essential = closureOf(
		[...ofStarter.values()].filter(planned => planned.essential),
		ofStarter,
	);
	const placed = new Set(essential);
	const first = ofStarter.get(commonName);
	const common = first ? closureOf([first], ofStarter).filter(planned => !placed.has(planned)) : [];
	for (const planned of common) placed.add(planned);
	const starter = [...ofStarter.values()].filter(planned => !placed.has(planned));
	const added = line.packages.filter(({inStarter}) => !inStarter);
	return [
		{name: 'essential', packages: inOrder(essential), paths: []},
		...(common.length === 0 ? [] : [{name: 'common', packages: inOrder(common), paths: []} as const]),
		{name: 'starter', packages: inOrder(starter), paths: line.paths.filter(path => path.beforeConfigure === true)},
		...(added.length === 0 ? [] : [{name: 'added', packages: inOrder(added), paths: []} as const]),
	];
}

/**
 * Dependencies first, then by name: an order that follows from the stage's own packages alone. The plan's order follows
 * from all of its packages, and would make a stage anew for every image.
 */
function inOrder(packages: readonly PlannedPackage[]): readonly PlannedPackage[] {
	const sorted = [...packages].sort((a, b) => (a.name < b.name ? -1 : 1));
	const byName = new Map(sorted.map(planned => [planned.name, planned]));
	const ordered = new Set<PlannedPackage>();
	const visiting = new Set<PlannedPackage>();
	const visit = (planned: PlannedPackage) => {
		if (ordered.has(planned) || visiting.has(planned)) return;
		visiting.add(planned);
		for (const name of [...planned.dependencies].sort()) {
			const next = byName.get(name);
			if (next !== undefined) visit(next);
		}
		ordered.add(planned);
	};
	// Accounts come before all that belongs to one.
	for (const name of ['base-passwd', 'base-files']) {
		const first = byName.get(name);
		if (first !== undefined) visit(first);
	}
	for (const planned of sorted) visit(planned);
	return [...ordered];
}

const policyPath = 'usr/sbin/policy-rc.d';
/** Exit code 101: the action is forbidden (invoke-rc.d(8)). No service starts while packages are configured. */
const forbidServices: StageStep = {
	kind: 'file',
	path: policyPath,
	mode: 0o755,
	uid: 0,
	gid: 0,
	content: Buffer.from('#!/bin/sh\nexit 101\n').toString('base64'),
};
const allowServices: StageStep = {kind: 'remove', path: policyPath};

const dpkg = ['dpkg', '--force-unsafe-io'];

/** What the agent does for a stage, step by step. */
export function stepsOf(
	stage: PlannedStage,
	before: readonly PlannedPackage[],
	segments: ReadonlyMap<string, Segment>,
	architecture: string,
): readonly StageStep[] {
	const all = [...before, ...stage.packages];
	if (!all.some(({name}) => name === 'dpkg'))
		return [{kind: 'extract', packages: stage.packages.map(one => one.sha256)}];
	if (stage.packages.length === 0) return stage.paths.map(toStep);
	if (stage.name === 'essential') return essentialSteps(stage.packages, architecture);
	return [forbidServices, ...stage.paths.map(toStep), ...installSteps(stage.packages, before, segments), allowServices];
}

function essentialSteps(packages: readonly PlannedPackage[], architecture: string): readonly StageStep[] {
	const merged = ['bin', 'sbin', 'lib', ...(architecture === 'amd64' ? ['lib64'] : [])];
	const root = {mode: 0o755, uid: 0, gid: 0};
	return [
		{kind: 'folder', path: 'usr', ...root},
		...merged.flatMap((name): StageStep[] => [
			{kind: 'folder', path: `usr/${name}`, ...root},
			{kind: 'link', path: name, target: `usr/${name}`},
		]),
		{kind: 'extract', packages: packages.map(({sha256}) => sha256)},
		...['status'].map((name): StageStep => {
			return {kind: 'file', path: `var/lib/dpkg/${name}`, mode: 0o644, uid: 0, gid: 0, content: ''};
		}),
		forbidServices,
		{kind: 'unpack', packages: packages.map(({sha256}) => sha256), areExtracted: true},
		// Their dependencies go in circles; all are unpacked already, so that their scripts find what they need.
		{kind: 'run', command: [...dpkg, '--force-depends', '--configure', ...packages.map(({name}) => name)]},
		{kind: 'run', command: [...dpkg, '--configure', '--pending']},
		allowServices,
	];
}

/** Unpacks in order, as many at once as can be; what a package pre-depends on is configured before it is unpacked. */
function installSteps(
	packages: readonly PlannedPackage[],
	before: readonly PlannedPackage[],
	segments: ReadonlyMap<string, Segment>,
): readonly StageStep[] {
	const configured = new Set(before.map(({name}) => name));
	const byName = new Map(packages.map(planned => [planned.name, planned]));
	const steps: StageStep[] = [];
	let batch: PlannedPackage[] = [];
	const unpack = () => {
		if (batch.length > 0) steps.push({kind: 'unpack', packages: batch.map(({sha256}) => sha256), areExtracted: false});
		batch = [];
	};
	for (const planned of packages) {
		const groups = segments.get(planned.sha256)?.preDepends ?? [];
		// A group's first package that is in the plan; none is a virtual package of one that was configured before.
		const needed = groups.flatMap(
			names => names.map(name => byName.get(name)).find(found => found !== undefined) ?? [],
		);
		const missing = closureOf(needed, byName).filter(({name}) => !configured.has(name) && name !== planned.name);
		if (missing.length > 0) {
			unpack();
			steps.push({kind: 'run', command: [...dpkg, '--configure', ...missing.map(({name}) => name)]});
			for (const {name} of missing) configured.add(name);
		}
		batch.push(planned);
	}
	unpack();
	return [...steps, {kind: 'run', command: [...dpkg, '--configure', '--pending']}];
}

function closureOf(
	roots: readonly PlannedPackage[],
	byName: ReadonlyMap<string, PlannedPackage>,
): readonly PlannedPackage[] {
	const reached = new Map<string, PlannedPackage>();
	const queue = [...roots];
	for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
		if (reached.has(next.name)) continue;
		reached.set(next.name, next);
		for (const name of next.dependencies) {
			const found = byName.get(name);
			if (found !== undefined) queue.push(found);
		}
	}
	return [...byName.values()].filter(({name}) => reached.has(name));
}

function toStep({path, mode, owner, group, link, content}: StarterPath): StageStep {
	const below = path.replace(/^\/+/u, '');
	if (link !== null) return {kind: 'link', path: below, target: link};
	const common = {path: below, mode: Number.parseInt(mode, 8), uid: Number(owner), gid: Number(group)};
	if (content === undefined) return {kind: 'folder', ...common};
	return {kind: 'file', ...common, content: Buffer.from(content).toString('base64')};
}
