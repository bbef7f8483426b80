import {mediaTypes} from '../../image/oci.ts';
import {RegistryConnection, type ConnectionOptions} from './connection.ts';

/** What a tag names in a registry, by one request; null if it has no such tag. */
export async function digestInRegistry(
	host: string,
	repository: string,
	tag: string,
	options: ConnectionOptions = {},
): Promise<string | null> {
	const connection = new RegistryConnection(host, {attempts: 2, ...options});
	try {
		const answer = await connection.send({
			method: 'HEAD',
			path: `/v2/${repository}/manifests/${tag}`,
			headers: {accept: [mediaTypes.manifest, mediaTypes.index].join(', ')},
			scopes: [`repository:${repository}:pull`],
			expect: [200, 404],
			what: `look for ${repository}:${tag}`,
		});
		return answer.status === 200 ? answer.header('docker-content-digest') : null;
	} finally {
		await connection.close();
	}
}
