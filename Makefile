PORT ?= 8787

.PHONY: dev
dev: node_modules/.installed
	@exec node tools/dev.mjs $(PORT)

node_modules/.installed: package.json package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@
