import type {LinePlan, Plan} from '../../src/plan/plan.ts';

/** A package that another plan would bring in another version, or not at all. Null: it is not there. */
export interface PackageChange {
	readonly name: string;
	readonly before: string | null;
	readonly after: string | null;
	/** Lines on which it changes so. */
	readonly lines: readonly string[];
}

/** What a build of the plan would change in the images of an earlier one: lines that both make. Added packages first. */
export function changesSinceBuild(before: Plan, after: Plan): readonly PackageChange[] {
	const changes = new Map<string, PackageChange>();
	for (const line of after.lines) {
		const old = before.lines.find(own => own.line === line.line);
		if (old?.status !== 'ok' || line.status !== 'ok') continue;
		const [was, is] = [versionsOf(old), versionsOf(line)];
		for (const name of new Set([...was.keys(), ...is.keys()])) {
			const [from, to] = [was.get(name) ?? null, is.get(name) ?? null];
			if (from === to) continue;
			const key = `${name} ${from} ${to}`;
			const known = changes.get(key);
			changes.set(key, {name, before: from, after: to, lines: [...(known?.lines ?? []), line.line]});
		}
	}
	return [...changes.values()].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

const versionsOf = ({packages}: LinePlan): ReadonlyMap<string, string> =>
	new Map(packages.filter(({inImage}) => inImage).map(({name, version}) => [name, version]));

const rank = ({before, after}: PackageChange): number => (before === null ? 0 : after === null ? 1 : 2);
