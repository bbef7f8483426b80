import {readFile} from 'node:fs/promises';
import {homedir, release} from 'node:os';
import {isSystemError} from '../base/errors.ts';
import type {Environment} from '../base/paths.ts';
import {readBuildInput, type BuildFolder} from '../build/build-folder.ts';
import {foldBuild} from '../build/journal/build-view.ts';
import {concealer} from '../build/journal/concealment.ts';
import {readJournal} from '../build/journal/journal-reader.ts';
import type {LinePlan} from '../plan/plan.ts';
import type {Settings} from '../../state/settings/settings-schema.ts';
import {examineHost} from './doctor.ts';

export interface DiagnosticsParts {
	readonly version: string;
	readonly settings: Settings;
	readonly env: Environment;
	readonly signal: AbortSignal;
}

/**
 * All that tells why a build went as it did, as one text to hand on: versions, the host as the doctor sees it, the plan,
 * the builder's own log and the journal, which `slipway watch --replay` plays. Values of variables are left out, as are
 * credentials in addresses and the name of the home folder.
 */
export async function diagnosticsOf(paths: BuildFolder, parts: DiagnosticsParts): Promise<string> {
	const {plan, request} = await readBuildInput(paths);
	const [{events, damage}, builderLog, checks] = await Promise.all([
		readJournal(paths.journal),
		readFile(paths.builderLog, 'utf8').catch((error: unknown) => {
			if (isSystemError(error, 'ENOENT')) return '';
			throw error;
		}),
		examineHost(parts.settings, {env: parts.env, signal: parts.signal}),
	]);
	const view = foldBuild(events);
	const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
		[
			'Versions',
			[`slipway ${parts.version}`, `node ${process.version}`, `${process.platform} ${release()} ${process.arch}`],
		],
		['Host', checks.map(({name, status, detail}) => `${status.padEnd(8)} ${name}: ${detail}`)],
		[
			'Build',
			[
				`build ${paths.build} of ${plan.image}, starter ${plan.starter}, ${plan.variant}, ${plan.architecture}`,
				`engine ${request.engine}, ${request.parallelLines} lines at once, status ${view.finalStatus ?? 'no end'}`,
				...view.lines.flatMap(({line, status, error}) => [
					`${line} ${status}`,
					...(error ? [`  ${error.message}`, ...(error.hint ? [`  ${error.hint}`] : [])] : []),
				]),
			],
		],
		...plan.lines.map(line => [`Plan of line ${line.line}`, planLines(line)] as const),
		['Builder', builderLog.trim() === '' ? ['said nothing'] : builderLog.trim().split('\n')],
		[
			'Journal',
			[
				...damage.map(({lineNumber, kind}) => `line ${lineNumber}: ${kind}`),
				...events.map(event => JSON.stringify(event)),
			],
		],
	];
	const text = sections.map(([title, lines]) => `== ${title}\n${lines.join('\n')}\n`).join('\n');
	return withoutSecrets(text, secretsOf(plan.lines, request.concealedVariables));
}

function planLines({status, suite, version, reason, conflict, packages, config, tags}: LinePlan): readonly string[] {
	return [
		`${status}, ${suite}, ${version}${reason ? `: ${reason}` : ''}`,
		`tags ${tags.join(' ')}`,
		`variables ${Object.keys(config.env).join(' ')}`,
		...(conflict ? [conflict.summary, ...conflict.steps.map(({text}) => `  ${text}`)] : []),
		...packages.map(own => `${own.role.padEnd(10)} ${own.name} ${own.version} ${own.architecture} ${own.suite}`),
	];
}

function secretsOf(lines: readonly LinePlan[], names: readonly string[]): readonly string[] {
	return lines.flatMap(({config}) => names.flatMap(name => config.env[name] ?? []));
}

/** `scheme://user:password@host` (RFC 3986 section 3.2.1), and what follows an authorization header's scheme. */
const credentials = /(:\/\/)[^\s/@"']+@/gu;
const authorization = /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:basic|bearer)\s+)[\w+/=.~-]+/giu;

function withoutSecrets(text: string, secrets: readonly string[]): string {
	const home = homedir();
	const concealed = concealer(secrets)(text).replaceAll(credentials, '$1***@').replaceAll(authorization, '$1***');
	return home.length > 1 ? concealed.replaceAll(home, '~') : concealed;
}
