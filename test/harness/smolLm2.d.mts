/** Path of SmolLM2-135M-Instruct in Hugging Face layout, built on first use. */
export function smolLm2(): Promise<string>;
