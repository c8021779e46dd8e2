/** What the files of a model's folder say of its family and of sampling. */
import type { ModelSigns } from "../../core/prompt/presets";
import type { Tokenizer } from "../decoding/model";
import type { JsonObject } from "./jsonFile";
import type { ModelFolder } from "./modelFolder";

/** What a template is shown to be told by. */
const QUESTION = "1+1=";

export function signsOf(
  { config, generationConfig }: Pick<ModelFolder, "config" | "generationConfig">,
  tokenizer: Pick<Tokenizer, "chat">,
): ModelSigns {
  const architectures: unknown[] = Array.isArray(config["architectures"]) ? config["architectures"] : [];
  const types = [config["model_type"], ...architectures].filter((type): type is string => typeof type === "string");
  return { types, prompt: promptOf(tokenizer), generation: samplingOf(generationConfig) };
}

function promptOf(tokenizer: Pick<Tokenizer, "chat">): string | undefined {
  try {
    return tokenizer.chat([{ role: "user", content: QUESTION }]);
  } catch {
    // A run says what is wrong with the template.
    return undefined;
  }
}

/** Numbers that sampling can take, of a file that asks for sampling. */
function samplingOf(config: JsonObject): ModelSigns["generation"] {
  if (config["do_sample"] === false) return {};
  const number = (name: string, least: number, most: number): number | undefined => {
    const value = config[name];
    return typeof value === "number" && value >= least && value <= most ? value : undefined;
  };
  const [temperature, topP] = [number("temperature", 0, 2), number("top_p", 1e-6, 1)];
  const [topK, minP] = [number("top_k", 0, 2 ** 20), number("min_p", 0, 1)];
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined || !Number.isInteger(topK) ? {} : { topK }),
    ...(minP === undefined ? {} : { minP }),
  };
}
