/** GitHub's parser imports JSON in a way that not every Node takes: it is bundled with the test instead. */
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { server: { deps: { inline: [/@actions\//] } } } });
