import {SlipwayError} from '../base/errors.ts';
import type {LinePlan, Plan} from './plan.ts';
import {tagsFor} from './tags.ts';

/**
 * Plans of one composition, one a platform, as the plan of an image for all of them. A line can be built where every
 * platform has it without conflict.
 */
export function joinPlatforms(plans: readonly Plan[]): Plan {
	const [first, ...platforms] = plans;
	if (first === undefined) throw new SlipwayError('internal', 'A plan needs a platform.');
	if (platforms.length === 0) return first;
	const lines = first.lines.map(line => platforms.reduce((joined, plan) => joinLine(joined, plan), line));
	const tags = tagsFor(lines.map(({line, version, status}) => ({line, version, isBuilt: status === 'ok'})));
	return {...first, lines: lines.map((line, place) => Object.assign({}, line, tags[place])), platforms};
}

/**
 * Every line of a plan with the packages of all its platforms, those of further ones named as dpkg does: `libc6:arm64`.
 * What differs between two of these differs between the images.
 */
export function linesWithPlatforms({lines, platforms = []}: Plan): readonly LinePlan[] {
	if (platforms.length === 0) return lines;
	return lines.map(line => {
		if (line.status !== 'ok') return line;
		const others = platforms.flatMap(({architecture, lines: own}) => {
			const other = own.find(candidate => candidate.line === line.line);
			return other === undefined ? [] : [{architecture, other}];
		});
		const sum = (of: (line: LinePlan) => number) => others.reduce((total, {other}) => total + of(other), of(line));
		return {
			...line,
			packages: [
				...line.packages,
				...others.flatMap(({architecture, other}) =>
					other.packages.map(entry => ({...entry, name: `${entry.name}:${architecture}`})),
				),
			],
			installedSizeBytes: sum(({installedSizeBytes}) => installedSizeBytes),
			downloadSizeBytes: sum(({downloadSizeBytes}) => downloadSizeBytes),
		};
	});
}

function joinLine(line: LinePlan, {architecture, lines}: Plan): LinePlan {
	if (line.status !== 'ok') return line;
	const other = lines.find(candidate => candidate.line === line.line);
	if (other?.status === 'ok') return line;
	const {conflict = null, reason = null} = other ?? {};
	const none = {packages: [], tags: [], installedSizeBytes: 0, downloadSizeBytes: 0};
	if (conflict !== null) {
		const summary = `For linux/${architecture}: ${conflict.summary}`;
		return {...line, ...none, status: 'conflict', conflict: {...conflict, summary}};
	}
	return {
		...line,
		...none,
		status: 'skipped',
		reason: `linux/${architecture} is without it: ${reason ?? 'no such line'}.`,
	};
}
