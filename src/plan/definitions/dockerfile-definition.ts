import type {LinePlan, Plan, PlannedPackage} from '../plan.ts';
import {pathCommand, pathsByTime} from './path-commands.ts';

/** A Dockerfile (Dockerfile reference, 1.x syntax) on a plain Debian image of the same release. */
export function dockerfileDefinition(plan: Plan, line: LinePlan): string {
	const {config} = line;
	const {before, after} = pathsByTime(line.paths);
	const packages = line.packages.filter(entry => entry.inImage && !entry.essential);
	const sections = [
		[
			`# ${plan.image}, line ${line.line}: the packages of \`slipway plan\`, without Slipway.`,
			'# A version that has left the mirrors needs a snapshot of the archive in the base image’s apt sources.',
			...bundleNotes(line),
			`ARG BASE=debian:${line.suite}-slim`,
			'FROM ${BASE}',
		],
		[...before.map(path => `RUN ${pathCommand(path)}`), install(packages)],
		[
			...Object.entries(config.env).map(
				([name, value]) => `ENV ${name}=${JSON.stringify(value).replaceAll('$', '\\$')}`,
			),
			...Object.entries(config.labels).map(([name, value]) => `LABEL ${JSON.stringify(name)}=${JSON.stringify(value)}`),
			...after.map(path => `RUN ${pathCommand(path)}`),
			...(config.workdir === '' ? [] : [`WORKDIR ${config.workdir}`]),
			...config.ports.map(port => `EXPOSE ${port}`),
			...(config.volumes.length === 0 ? [] : [`VOLUME ${JSON.stringify(config.volumes)}`]),
			...(config.stopSignal === null ? [] : [`STOPSIGNAL ${config.stopSignal}`]),
			...(config.user === '' ? [] : [`USER ${config.user}`]),
			...(config.entrypoint.length === 0 ? [] : [`ENTRYPOINT ${JSON.stringify(config.entrypoint)}`]),
			...(config.cmd.length === 0 ? [] : [`CMD ${JSON.stringify(config.cmd)}`]),
		],
	];
	return `${sections.map(section => section.join('\n')).join('\n\n')}\n`;
}

function install(packages: readonly PlannedPackage[]): string {
	const names = packages.map(({name, version}) => `      ${name}=${version}`).toSorted();
	return [
		'RUN apt-get update \\',
		' && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --allow-downgrades \\',
		`${names.join(' \\\n')} \\`,
		' && rm -rf /var/lib/apt/lists/*',
	].join('\n');
}

function bundleNotes({bundles}: LinePlan): readonly string[] {
	return bundles.map(({name, version}) => `# Not included: the file bundle ${name}, version ${version}.`);
}
