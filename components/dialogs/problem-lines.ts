import {wrap} from '../../state/text/measure.ts';
import {span, type Line} from '../ui/line.ts';

/** At least one row, so that a dialog does not jump when something is refused. */
export function problemLines(problem: string | null, width: number): readonly Line[] {
	return wrap(problem ?? '', width).map((text): Line => [span(text, 'error')]);
}
