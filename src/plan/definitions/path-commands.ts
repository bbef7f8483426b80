import type {StarterPath} from '../../catalog/starter.ts';

/** Left as it is where no shell would change it. */
export function shellWord(text: string): string {
	return /^[\w./:=+~,@%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** One line of sh(1) that lays a starter's path down in the root where it runs, or takes it away. */
export function pathCommand({path, mode, owner, group, link, content, absent}: StarterPath): string {
	const place = shellWord(path);
	const above = `mkdir -p ${shellWord(path.slice(0, path.lastIndexOf('/')) || '/')}`;
	if (absent === true) return `rm -rf ${place}`;
	if (link !== null) return `${above} && ln -sfn ${shellWord(link)} ${place}`;
	const owned = `chown ${shellWord(`${owner}:${group}`)} ${place} && chmod ${mode} ${place}`;
	if (content === undefined) return `mkdir -p ${place} && ${owned}`;
	// Whatever the file says, it passes through every quoting.
	const encoded = Buffer.from(content).toString('base64');
	return `${above} && rm -f ${place} && echo ${encoded} | base64 -d >${place} && ${owned}`;
}

/** Those that maintainer scripts have to find, and those that are laid down when all is configured. */
export function pathsByTime(paths: readonly StarterPath[]): {
	readonly before: readonly StarterPath[];
	readonly after: readonly StarterPath[];
} {
	return {
		before: paths.filter(({beforeConfigure}) => beforeConfigure === true),
		after: paths.filter(({beforeConfigure}) => beforeConfigure !== true),
	};
}
