import type {TaggedImage} from '../image/image-store.ts';

/** A tag of one build, such as 8.4.11-20261123120000, never moves: it is of no use to those who follow the image. */
const buildTagPattern = /-\d{14}$/;

/** Tags that builds move, of one image's tags. */
export function mutableTags(tagged: readonly TaggedImage[]): readonly string[] {
	return tagged.map(({tag}) => tag).filter(tag => !buildTagPattern.test(tag));
}
