import {homedir} from 'node:os';
import {join, resolve} from 'node:path';

/** Where Slipway keeps its files: DESIGN.md section 6. SLIPWAY_HOME overrides all; otherwise the XDG places. */
export interface SlipwayPaths {
	/** settings.json */
	readonly config: string;
	/** compositions/ bundles/ builds/ images/ */
	readonly data: string;
	/** indexes/ packages/ segments/ rootfs/: all of it may be deleted at any time */
	readonly cache: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function slipwayPaths(env: Environment = process.env): SlipwayPaths {
	const home = env['SLIPWAY_HOME'];
	const own = home && resolve(home);
	if (own) return {config: join(own, 'config'), data: join(own, 'data'), cache: join(own, 'cache')};
	const userHome = env['HOME'] ?? homedir();
	// An XDG variable that is empty or relative is to be ignored (XDG Base Directory Specification 0.8).
	const xdg = (name: string, fallback: string) => {
		const value = env[name];
		return join(value?.startsWith('/') ? value : join(userHome, fallback), 'slipway');
	};
	return {
		config: xdg('XDG_CONFIG_HOME', '.config'),
		data: xdg('XDG_DATA_HOME', '.local/share'),
		cache: xdg('XDG_CACHE_HOME', '.cache'),
	};
}
