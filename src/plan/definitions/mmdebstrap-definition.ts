import type {LinePlan, Plan} from '../plan.ts';
import {shellWord} from './dockerfile-definition.ts';

/** A shell script around mmdebstrap(1): a tar of the root file system, from the host's own apt sources. */
export function mmdebstrapDefinition(plan: Plan, line: LinePlan): string {
	const include = line.packages
		.filter(entry => entry.inImage && !entry.essential)
		.map(({name, version}) => `${name}=${version}`)
		.toSorted();
	const hooks = line.paths.map(({path, link, owner, group, mode}) =>
		link === null
			? `chroot "$1" install -d -m ${mode} -o ${owner} -g ${group} ${shellWord(path)}`
			: `chroot "$1" ln -sfn ${shellWord(link)} ${shellWord(path)}`,
	);
	const command = [
		'exec mmdebstrap --variant=essential',
		`--architectures=${plan.architecture}`,
		`--include=${shellWord(include.join(','))}`,
		...hooks.map(hook => `--customize-hook=${quoted(hook)}`),
		line.suite,
		`"\${1:-${plan.image}-${line.line}.tar}"`,
	];
	return [
		'#!/bin/sh',
		`# ${plan.image}, line ${line.line}: the packages of \`slipway plan\`, without Slipway. Argument: the tar to write.`,
		'set -eu',
		command.join(' \\\n  '),
		'',
	].join('\n');
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
