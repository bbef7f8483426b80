import {readFile, stat} from 'node:fs/promises';
import {messageOf, SlipwayError} from '../base/errors.ts';
import type {Environment} from '../base/paths.ts';
import type {Rule, SecretSource} from './rules.ts';

/** Reads a secret. A file that others may read is refused. Throws `bad-input` without the secret in its message. */
export async function readSecret(source: SecretSource, env: Environment): Promise<string> {
	if ('env' in source) {
		const value = env[source.env];
		if (value) return value;
		throw new SlipwayError('bad-input', `The secret ${source.env} is not in the environment.`, {
			hint: `Set ${source.env} where Slipway runs, or name a file.`,
		});
	}
	const {file} = source;
	try {
		const {mode} = await stat(file);
		if ((mode & 0o077) !== 0) {
			throw new SlipwayError('bad-input', `The secret file ${file} can be read by others.`, {
				hint: `chmod 600 ${file}`,
			});
		}
		return (await readFile(file, 'utf8')).trim();
	} catch (cause) {
		if (cause instanceof SlipwayError) throw cause;
		throw new SlipwayError('bad-input', `The secret file ${file} cannot be read: ${messageOf(cause)}.`, {cause});
	}
}

/** Reads the secrets of one delivery, and keeps them out of what is written about it. */
export class SecretReader {
	readonly #env: Environment;
	readonly #read = new Set<string>();

	/** @param rules whose secrets from the environment are kept out too: a command may print its environment */
	constructor(env: Environment, rules: readonly Rule[]) {
		this.#env = env;
		for (const name of secretVariables(rules)) {
			const value = env[name];
			if (value) this.#read.add(value);
		}
	}

	/** Throws as `readSecret` does. */
	async read(source: SecretSource): Promise<string> {
		const secret = await readSecret(source, this.#env);
		this.#read.add(secret);
		return secret;
	}

	/** A text without the secrets that were read, in the forms in which messages quote them. */
	conceal(text: string): string {
		let clean = text;
		for (const secret of this.#read) {
			for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
				clean = clean.replaceAll(form, '…');
			}
		}
		return clean;
	}
}

function secretVariables(rules: readonly Rule[]): readonly string[] {
	return rules
		.flatMap(({then}) => then)
		.flatMap(action => {
			if ('webhook' in action) return action.webhook.secret ?? [];
			if ('slack' in action) return action.slack.url;
			if ('github' in action) return action.github.token;
			return 'email' in action ? (action.email.password ?? []) : [];
		})
		.flatMap(source => ('env' in source ? source.env : []));
}
