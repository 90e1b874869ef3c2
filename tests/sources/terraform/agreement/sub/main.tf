variable "name" {
  type = string
}
locals {
  doc = jsondecode(file("${path.module}/doc.json"))
}
output "out" {
  value = { name = "m-${var.name}", doc = local.doc, path = path.module }
}
