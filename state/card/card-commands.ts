import type {ImageConfigFile} from '../../src/image/oci.ts';

interface Commands {
	readonly title: string;
	readonly texts: readonly string[];
}

/** Command lines for an image, to copy: run it, hand it on, look into it. */
export function commandsOf(
	image: string,
	tag: string | undefined,
	tenant: string,
	config: ImageConfigFile['config'] | undefined,
): readonly Commands[] {
	if (tag === undefined) return [];
	const own = `${image}:${tag}`;
	const full = tenant === '' ? own : `${tenant}/${own}`;
	const ports = Object.keys(config?.ExposedPorts ?? {}).map(port => {
		const [number = '', protocol = 'tcp'] = port.split('/');
		return ` -p ${number}:${number}${protocol === 'tcp' ? '' : `/${protocol}`}`;
	});
	return [
		{
			title: 'Run it',
			texts: [`slipway export ${own} docker-daemon:`, `docker run --rm${ports.join('')} ${full}`],
		},
		{title: 'Pull it', texts: ['slipway serve', `docker pull 127.0.0.1:5000/${full}`]},
		{
			title: 'Hand it on',
			texts: [`slipway export ${own} docker://HOST/${full}`, `slipway export ${own} oci-archive:${image}.tar`],
		},
		{title: 'Look into it', texts: [`slipway sbom ${own} --format spdx`, `slipway why ${own} PACKAGE`]},
	];
}
