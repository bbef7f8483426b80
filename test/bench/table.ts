import type {BenchResult} from './row.ts';

/** Results as a table for people: GitHub's Markdown, padded. */
export function benchTable(results: readonly BenchResult[]): string {
	const rows = results.map(result => [
		result.what,
		amount(result.ours, result.unit),
		budgetText(result),
		peerText(result),
		ratioText(result),
		verdict(result),
	]);
	const all = [['what', 'slipway', 'budget', 'peer', 'slipway / peer', 'within budget'], ...rows];
	const widths = all[0]?.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0))) ?? [];
	const line = (cells: readonly string[]) =>
		`| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
	const [head = [], ...body] = all;
	return [line(head), line(widths.map(width => '-'.repeat(width))), ...body.map(line)].join('');
}

/** Null without a budget, or where the peer that it is a share of is missing. */
export function isWithinBudget({ours, budget, peer}: BenchResult): boolean | null {
	if (!budget) return null;
	if (budget.kind === 'at most') return ours <= budget.value;
	return peer && 'value' in peer ? ours <= peer.value * budget.value : null;
}

function amount(value: number, unit: BenchResult['unit']): string {
	const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
	return `${value.toFixed(digits)} ${unit}`;
}

function budgetText({budget, unit}: BenchResult): string {
	if (!budget) return '–';
	return budget.kind === 'at most' ? `≤ ${budget.value} ${unit}` : `≤ 1/${Math.round(1 / budget.value)} of peer`;
}

function peerText({peer, unit}: BenchResult): string {
	if (!peer) return '–';
	return 'value' in peer ? `${peer.name}: ${amount(peer.value, unit)}` : `${peer.name}: ${peer.missing}`;
}

function ratioText({ours, peer}: BenchResult): string {
	return peer && 'value' in peer ? (ours / peer.value).toFixed(3) : '–';
}

function verdict(result: BenchResult): string {
	const isWithin = isWithinBudget(result);
	return isWithin === null ? '–' : isWithin ? 'yes' : 'NO';
}
