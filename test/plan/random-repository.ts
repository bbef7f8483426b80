/** A repository of few packages with many ties: alternatives, virtual names, versions, conflicts. */
export function randomRepository(random: () => number): string {
	const names = ['pa', 'pb', 'pc', 'pd', 'pe', 'pf'];
	const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!;
	const chance = (share: number) => random() < share;
	const version = () => pick(['1', '2', '1:1']);
	const relation = () => {
		const name = pick([...names, 'va', 'vb']);
		return chance(0.3) ? `${name} (${pick(['<<', '<=', '=', '>=', '>>'])} ${version()})` : name;
	};
	const group = () => (chance(0.4) ? `${relation()} | ${relation()}` : relation());
	return names
		.flatMap(name => {
			const versions = new Set(chance(0.3) ? [version(), version()] : [version()]);
			return [...versions].map(own => {
				const fields = [`Package: ${name}`, `Version: ${own}`];
				if (chance(0.7)) fields.push(`Depends: ${group()}${chance(0.4) ? `, ${group()}` : ''}`);
				if (chance(0.15)) fields.push(`Pre-Depends: ${group()}`);
				if (chance(0.35)) fields.push(`${pick(['Conflicts', 'Breaks'])}: ${relation()}`);
				if (chance(0.3)) fields.push(`Provides: ${pick(['va', 'vb', 'va (= 1)', 'vb (= 2)'])}`);
				return fields.join('\n');
			});
		})
		.join('\n\n');
}

/** Many of them in one text, names apart (`r7-pa`): starting a peer costs more than what it then judges. */
export function randomRepositories(random: () => number, count: number): string {
	return Array.from({length: count}, (_, place) =>
		randomRepository(random).replaceAll(/\b(?:p[a-f]|v[ab])\b/g, `r${place}-$&`),
	).join('\n\n');
}
