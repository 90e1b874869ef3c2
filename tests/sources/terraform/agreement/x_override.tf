locals {
  override = "replaced"
}
