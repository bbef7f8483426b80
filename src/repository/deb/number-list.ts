/** A list of 32-bit numbers that grows: a fifth of the memory of an array, and nothing for the garbage collector. */
export class NumberList {
	#numbers = new Uint32Array(1024);
	#length = 0;

	get length(): number {
		return this.#length;
	}

	/** @returns the place of the number */
	push(number: number): number {
		if (this.#length === this.#numbers.length) {
			const larger = new Uint32Array(this.#length * 2);
			larger.set(this.#numbers);
			this.#numbers = larger;
		}
		this.#numbers[this.#length] = number;
		return this.#length++;
	}

	/** 0 for a place that is not there. */
	at(place: number): number {
		return place < this.#length ? (this.#numbers[place] ?? 0) : 0;
	}

	toArray(): Uint32Array {
		return this.#numbers.slice(0, this.#length);
	}
}
