import type {Settings} from '../../state/settings/settings-schema.ts';
import {messageOf, SlipwayError} from '../base/errors.ts';
import type {Environment} from '../base/paths.ts';
import {connectDefaultDocker} from '../docker/connect.ts';
import {nativeChecks, type HostCheck} from './doctor.ts';

export interface ChosenEngine {
	readonly engine: 'native' | 'docker';
	/** Why, for people; null where the user said which. */
	readonly reason: string | null;
}

/**
 * `auto`: the native engine where this host allows it, else a Docker daemon that answers. Throws `host` with both
 * reasons if neither is to be had.
 */
export async function chooseEngine(
	wanted: 'auto' | 'native' | 'docker',
	settings: Pick<Settings, 'architecture' | 'docker.contexts'>,
	options: {
		readonly env?: Environment;
		readonly signal?: AbortSignal;
		/** What is known of this host, in place of looking at it. */
		readonly checks?: readonly HostCheck[];
	} = {},
): Promise<ChosenEngine> {
	if (wanted !== 'auto') return {engine: wanted, reason: null};
	const signal = options.signal ?? new AbortController().signal;
	const checks = options.checks ?? (await nativeChecks(settings.architecture, signal));
	const problem = checks.find(({status}) => status === 'missing') ?? checks.find(({status}) => status === 'limited');
	if (problem === undefined) return {engine: 'native', reason: 'this host allows it'};
	try {
		const first = settings['docker.contexts'].split(/\s+/u).find(Boolean) ?? null;
		const {endpoint, version} = await connectDefaultDocker(first, options.env);
		return {engine: 'docker', reason: `${problem.detail} Docker ${version} answers at ${endpoint.name}.`};
	} catch (error) {
		// Something works, if not everything: packages of one owner.
		if (problem.status === 'limited') {
			return {engine: 'native', reason: `${problem.detail} No Docker daemon answers instead.`};
		}
		throw new SlipwayError('host', `Nothing on this host can build: ${problem.detail} ${messageOf(error)}`, {
			hint: [problem.mend, error instanceof SlipwayError ? error.hint : null].filter(Boolean).join(' Or: '),
			cause: error,
		});
	}
}
