import {checkVariable} from '../../src/plan/composition/composition-rules.ts';

export interface Variable {
	readonly name: string;
	readonly value: string;
}

/** A name that usually holds a secret: an image keeps its environment in plain text. */
export function looksSecret(name: string, value: string): boolean {
	return (
		/(?:^|_)(?:PASS(?:WORD|WD|PHRASE)?|SECRET|TOKEN|CREDENTIALS?|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY)(?:$|_)/iu.test(
			name,
		) ||
		/-----BEGIN [A-Z ]*PRIVATE KEY-----/u.test(value) ||
		// Forms that well-known services give their tokens.
		/^(?:gh[pousr]_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}|xox[abps]-[A-Za-z0-9-]{10,}|eyJ[A-Za-z0-9_-]{10,}\.eyJ)/u.test(
			value,
		)
	);
}

/**
 * Why a variable is refused, or null.
 *
 * @param renamed the name that the variable had before it was edited
 */
export function variableProblem(
	{name, value}: Variable,
	env: Readonly<Record<string, string>>,
	starterVariables: readonly string[],
	renamed: string | null = null,
): string | null {
	if (name !== renamed && Object.hasOwn(env, name)) return `${name} is set already.`;
	return checkVariable(name, value, starterVariables);
}

export interface PastedVariables {
	readonly variables: readonly Variable[];
	readonly refused: readonly {readonly text: string; readonly reason: string}[];
}

/**
 * KEY=VALUE lines as people keep them: `export`, quotes, comments and empty lines are understood, and quoted values may
 * span lines (PEM text).
 */
export function parseVariables(
	text: string,
	env: Readonly<Record<string, string>>,
	starterVariables: readonly string[],
): PastedVariables {
	const variables: Variable[] = [];
	const refused: {text: string; reason: string}[] = [];
	const seen: Record<string, string> = {...env};
	for (const [whole, assignment] of assignments(text)) {
		if (assignment === null) {
			refused.push({text: whole, reason: 'This is not KEY=VALUE.'});
			continue;
		}
		const reason = variableProblem(assignment, seen, starterVariables);
		if (reason !== null) refused.push({text: whole, reason});
		else {
			variables.push(assignment);
			seen[assignment.name] = assignment.value;
		}
	}
	return {variables, refused};
}

function* assignments(text: string): Generator<readonly [string, Variable | null]> {
	const lines = text.replace(/\r\n?/gu, '\n').split('\n');
	for (let at = 0; at < lines.length; at++) {
		const line = (lines[at] ?? '').trim();
		if (line === '' || line.startsWith('#')) continue;
		const match = /^(?:export\s+)?([^\s=]+)\s*=\s*(.*)$/u.exec(line);
		if (!match) {
			yield [line, null];
			continue;
		}
		const [, name = '', raw = ''] = match;
		const quote = raw[0];
		if (quote !== '"' && quote !== "'") {
			yield [line, {name, value: raw}];
			continue;
		}
		let value = raw.slice(1);
		while (!value.endsWith(quote) && at + 1 < lines.length) value += `\n${lines[++at] ?? ''}`;
		yield [line, {name, value: value.endsWith(quote) ? value.slice(0, -1) : value}];
	}
}
