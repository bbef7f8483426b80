import type {StarterPath} from '../../catalog/starter.ts';
import type {LinePlan, Plan} from '../plan.ts';
import {pathCommand, pathsByTime, shellWord} from './path-commands.ts';

/** A shell script around mmdebstrap(1): a tar of the root file system, from the host's own apt sources or those given. */
export function mmdebstrapDefinition(plan: Plan, line: LinePlan): string {
	const include = line.packages
		.filter(entry => entry.inImage && !entry.essential)
		.map(({name, version}) => `${name}=${version}`)
		.toSorted();
	const {before, after} = pathsByTime(line.paths);
	// A shell of the new root: owners are names of its accounts.
	const inRoot = (path: StarterPath) => quoted(`chroot "$1" sh -c ${quoted(pathCommand(path))}`);
	const command = [
		'exec mmdebstrap --variant=essential',
		`--architectures=${plan.architecture}`,
		`--include=${shellWord(include.join(','))}`,
		...before.map(path => `--essential-hook=${inRoot(path)}`),
		...after.map(path => `--customize-hook=${inRoot(path)}`),
		line.suite,
		'"$target" "$@"',
	];
	return [
		'#!/bin/sh',
		`# ${plan.image}, line ${line.line}: the packages of \`slipway plan\`, without Slipway.`,
		'# Arguments: the tar to write, and mirrors or lines of sources.list(5) in place of this host’s own apt sources.',
		'set -eu',
		`target=\${1:-${plan.image}-${line.line}.tar}`,
		'[ $# -eq 0 ] || shift',
		command.join(' \\\n  '),
		'',
	].join('\n');
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
