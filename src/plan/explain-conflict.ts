import type {PackageId} from '../repository/package-index.ts';
import {formatRelationGroup} from '../repository/deb/relation.ts';
import type {ConflictStep, ExplainedConflict} from './plan.ts';
import type {Requirement} from './resolver/requirement.ts';
import type {Universe} from './resolver/universe.ts';

/** What the explanation calls the things that are no packages. */
export interface ConflictSetting {
	/** `php 8.4` */
	readonly starter: string;
	readonly release: string;
	/** Auto packages by the member that they chose. */
	readonly requestedAs: ReadonlyMap<string, string>;
}

/** The most steps that a screen shows; the rest is for a file. */
export const stepsOnScreen = 8;

/**
 * A core in words: from what was asked for, along what needs what, to the reason. Without suggestions, which are found
 * by planning anew.
 */
export function explainConflict(
	universe: Universe,
	core: readonly Requirement[],
	setting: ConflictSetting,
): ExplainedConflict {
	const ordered = inReadingOrder(core);
	const steps = ordered.flatMap((requirement, place) => {
		if (requirement.kind !== 'rejection') return stepOf(universe, requirement, setting);
		const group = ordered.filter(other => isSameRejection(requirement, other));
		return ordered.indexOf(group[0] ?? requirement) === place ? rejectionStep(universe, group) : [];
	});
	return {summary: summaryOf(universe, core, setting), steps, suggestions: []};
}

/** At most eight steps: the beginning, how many are left out, and the end, where the reason stands. */
export function shortSteps({steps}: ExplainedConflict): readonly ConflictStep[] {
	if (steps.length <= stepsOnScreen) return steps;
	const head = steps.slice(0, 4);
	const tail = steps.slice(steps.length - (stepsOnScreen - head.length - 1));
	const text = `… ${steps.length - head.length - tail.length} more steps …`;
	return [...head, {text, package: null, version: null, relation: null}, ...tail];
}

/** Each need after what brought its package: depth first from the roots; what rejects comes last. */
function inReadingOrder(core: readonly Requirement[]): readonly Requirement[] {
	const ordered: Requirement[] = [];
	const rest = new Set(core);
	const follow = (packages: readonly PackageId[]) => {
		for (const id of packages) {
			for (const requirement of rest) {
				if (requirement.kind !== 'need' || requirement.package !== id) continue;
				rest.delete(requirement);
				ordered.push(requirement);
				follow(requirement.need.targets.flat());
			}
		}
	};
	// The user's own wishes first, then what the starter and Debian bring in.
	const isWish = (requirement: Requirement) => requirement.kind === 'root' && requirement.root.origin === 'added';
	for (const requirement of [...core.filter(isWish), ...core.filter(other => !isWish(other))]) {
		if (requirement.kind !== 'root' && requirement.kind !== 'given') continue;
		rest.delete(requirement);
		ordered.push(requirement);
		follow(requirement.kind === 'root' ? requirement.targets : [requirement.package]);
	}
	const needs = [...rest].filter(({kind}) => kind === 'need');
	return [...ordered, ...needs, ...[...rest].filter(({kind}) => kind !== 'need')];
}

function stepOf(universe: Universe, requirement: Requirement, setting: ConflictSetting): ConflictStep {
	const nameOf = (id: PackageId) => universe.node(id).name;
	const full = (id: PackageId) => `${nameOf(id)} ${universe.node(id).version}`;
	switch (requirement.kind) {
		case 'root': {
			const {root, targets} = requirement;
			return {
				text: rootText(universe, requirement, setting),
				package: root.name,
				version: root.version ?? (targets[0] === undefined ? null : universe.node(targets[0]).version),
				relation: null,
			};
		}
		case 'given':
			return {
				text: `${setting.starter} brings ${full(requirement.package)}.`,
				package: nameOf(requirement.package),
				version: universe.node(requirement.package).version,
				relation: null,
			};
		case 'need': {
			const {group, targets, kind} = requirement.need;
			const relation = formatRelationGroup(group);
			const verb = kind === 'preDepends' ? 'needs beforehand' : 'needs';
			const offered = targets.some(ids => ids.length > 0) ? '' : `, ${whatIsOffered(universe, group, setting)}`;
			return {
				text: `${full(requirement.package)} ${verb} ${relation}${offered}.`,
				package: nameOf(requirement.package),
				version: universe.node(requirement.package).version,
				relation,
			};
		}
		case 'rejection':
			return rejectionStep(universe, [requirement]);
		case 'single-version': {
			const versions = [requirement.package, requirement.other].map(id => universe.node(id).version);
			return {
				text: `Only one version of ${nameOf(requirement.package)} can be there: ${versions.join(' or ')}.`,
				package: nameOf(requirement.package),
				version: versions[0] ?? null,
				relation: null,
			};
		}
		case 'newest-only':
			return {
				text: `${full(requirement.package)} is outdated by ${universe.node(requirement.newest).version}.`,
				package: nameOf(requirement.package),
				version: universe.node(requirement.package).version,
				relation: null,
			};
	}
}

type RejectionRequirement = Extract<Requirement, {kind: 'rejection'}>;

function isSameRejection(requirement: RejectionRequirement, other: Requirement): other is RejectionRequirement {
	return (
		other.kind === 'rejection' && other.package === requirement.package && other.rejection === requirement.rejection
	);
}

/** One rejection with all that it hits: `postfix conflicts with mail-transport-agent, which exim4-light and … provide.` */
function rejectionStep(universe: Universe, [first, ...others]: readonly RejectionRequirement[]): ConflictStep {
	if (first === undefined) throw new Error('A rejection without a requirement');
	const {name, version} = universe.node(first.package);
	const relation = formatRelationGroup([first.rejection.relation]);
	const verb = first.rejection.kind === 'breaks' ? 'breaks' : 'conflicts with';
	const providers = [first, ...others]
		.map(({target}) => universe.node(target))
		.filter(target => target.name !== first.rejection.relation.name)
		.map(target => `${target.name} ${target.version}`);
	const provide = providers.length === 1 ? 'provides' : 'provide';
	const through = providers.length === 0 ? '' : `, which ${joined(providers)} ${provide}`;
	return {text: `${name} ${version} ${verb} ${relation}${through}.`, package: name, version, relation};
}

/** `a, b and c` */
export function joined(names: readonly string[]): string {
	return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function rootText(
	universe: Universe,
	{root, targets}: Extract<Requirement, {kind: 'root'}>,
	{starter, release, requestedAs}: ConflictSetting,
): string {
	const auto = requestedAs.get(root.name);
	const name = root.version === null ? root.name : `${root.name} ${root.version}`;
	const who =
		root.origin === 'added'
			? `You added ${auto === undefined ? name : `${auto}, here ${name}`}`
			: root.origin === 'starter'
				? `${starter} needs ${name}`
				: `Every Debian system needs ${name}`;
	if (targets.length > 0) return `${who}.`;
	const versions = universe.index.packagesNamed(root.name).map(id => universe.index.versionOf(id));
	return versions.length === 0
		? `${who}, which ${release} does not have.`
		: `${who}, but ${release} has ${versions.join(' and ')}.`;
}

/** Why no package meets a group: it is absent, or of another version. */
function whatIsOffered(
	universe: Universe,
	group: readonly {readonly name: string}[],
	{release}: ConflictSetting,
): string {
	const offered = group.flatMap(({name}) =>
		universe.index
			.packagesNamed(name)
			.slice(0, 1)
			.map(id => `${name} ${universe.index.versionOf(id)}`),
	);
	return offered.length === 0 ? `which ${release} does not have` : `but ${release} has ${offered.join(', ')}`;
}

function summaryOf(universe: Universe, core: readonly Requirement[], setting: ConflictSetting): string {
	const added = core.flatMap(requirement =>
		requirement.kind === 'root' && requirement.root.origin === 'added' ? [requirement] : [],
	);
	const missing = added
		.filter(({targets}) => targets.length === 0)
		.map(({root: {name, version}}) => (version === null ? name : `${name} ${version}`));
	if (missing.length > 0) return `${setting.release} does not have ${joined(missing)}.`;
	const names = added.map(({root}) => root.name);
	const given = core.find(requirement => requirement.kind === 'given');
	if (names.length === 0) return `${setting.starter} cannot be installed from ${setting.release} as it is now.`;
	if (given !== undefined) {
		return `${joined(names)} cannot be added to ${setting.starter} without changing its own ${universe.node(given.package).name}.`;
	}
	if (names.length === 1) return `${names[0]} cannot be installed from ${setting.release} as it is now.`;
	return `${joined(names)} cannot be installed together.`;
}
