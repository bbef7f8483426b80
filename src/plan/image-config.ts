import {configOf} from '../catalog/derive-starter.ts';
import type {ImageConfig, StarterLine} from '../catalog/starter.ts';
import type {Composition} from './composition.ts';

/** The starter's configuration with the composition's own laid over it. */
export function imageConfigOf(line: StarterLine, {variant, config, env}: Composition): ImageConfig {
	const base = configOf(line, variant);
	// As in a Dockerfile: a new entrypoint leaves the starter's arguments behind.
	const cmd = config.cmd ?? (config.entrypoint === undefined ? base.cmd : []);
	return {
		...base,
		...config,
		cmd,
		env: {...base.env, ...env},
		ports: union(base.ports, config.ports),
		volumes: union(base.volumes, config.volumes),
		labels: {...base.labels, ...config.labels},
	};
}

function union(own: readonly string[], added: readonly string[] = []): readonly string[] {
	return [...new Set([...own, ...added])];
}
