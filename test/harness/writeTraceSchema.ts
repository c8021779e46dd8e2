/** `npm run schema`: writes src/core/trace.schema.json. */
import { writeFileSync } from "node:fs";
import { traceJsonSchemaText } from "../../src/core/traceSchema";

writeFileSync(new URL("../../src/core/trace.schema.json", import.meta.url), traceJsonSchemaText());
