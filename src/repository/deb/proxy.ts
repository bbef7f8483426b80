import type {Environment} from '../../base/paths.ts';
import type {AptConfig} from './apt-config.ts';

export interface ProxyRules {
	/** The proxy's address for a target, or null for a direct connection. */
	proxyFor(url: URL): string | null;
}

/** apt's own proxies first (apt-transport-http(1)), then the environment's. */
export function proxyRules(apt: AptConfig, env: Environment): ProxyRules {
	return {
		proxyFor(url) {
			const scheme = url.protocol.slice(0, -1);
			const fromApt = aptProxy(apt, scheme, url.hostname);
			if (fromApt !== null) return fromApt === 'direct' ? null : fromApt;
			return environmentProxy(env, scheme, url);
		},
	};
}

/** `direct`, an address, or null where apt says nothing. https falls back to http's setting (apt-transport-https(1)). */
function aptProxy(apt: AptConfig, scheme: string, host: string): string | null {
	const schemes = scheme === 'https' ? ['https', 'http'] : ['http'];
	for (const one of schemes) {
		for (const key of [`acquire::${one}::proxy::${host.toLowerCase()}`, `acquire::${one}::proxy`]) {
			const value = apt.get(key);
			if (value === undefined || value === '') continue;
			return value.toLowerCase() === 'direct' || value === 'false' ? 'direct' : withScheme(value);
		}
	}
	return null;
}

function environmentProxy(env: Environment, scheme: string, url: URL): string | null {
	// HTTP_PROXY in capitals is not read: a CGI host sets it from a request's header (CVE-2016-5385).
	const names = scheme === 'https' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy'];
	const proxy = [...names, 'all_proxy', 'ALL_PROXY']
		.map(name => env[name])
		.find(value => value !== undefined && value !== '');
	if (proxy === undefined || isExcluded(url, env['no_proxy'] ?? env['NO_PROXY'] ?? '')) return null;
	return withScheme(proxy);
}

/** Entries of no_proxy: a host, a domain with or without leading dot, either with a port, or `*`. */
function isExcluded(url: URL, noProxy: string): boolean {
	const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, '');
	const port = url.port || (url.protocol === 'https:' ? '443' : '80');
	return noProxy
		.toLowerCase()
		.split(/[\s,]+/)
		.filter(entry => entry !== '')
		.some(entry => {
			if (entry === '*') return true;
			const match = /^(.*?)(?::(\d+))?$/.exec(entry);
			if (match?.[2] !== undefined && match[2] !== port) return false;
			const domain = (match?.[1] ?? entry).replace(/^\*?\./, '');
			return host === domain || host.endsWith(`.${domain}`);
		});
}

function withScheme(proxy: string): string {
	return proxy.includes('://') ? proxy : `http://${proxy}`;
}
