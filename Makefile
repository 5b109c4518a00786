# The framework the native binary is made for; net10.0 once its NativeAOT runtime pack can be restored.
AOT_FRAMEWORK ?= net9.0
CONFIGURATION ?= Release

.PHONY: build
build: out/appliance

# dotnet decides what is stale.
.PHONY: out/appliance
out/appliance:
	@mkdir -p out
	dotnet publish src/Appliance -f $(AOT_FRAMEWORK) -c $(CONFIGURATION) -r linux-x64 \
		-p:AotFramework=$(AOT_FRAMEWORK) -o artifacts/publish --nologo -v quiet
	@cp -f artifacts/publish/appliance out/appliance.new && mv -f out/appliance.new out/appliance
