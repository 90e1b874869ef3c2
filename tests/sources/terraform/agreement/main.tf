variable "plain" {}
variable "count_of" {
  type    = number
  default = "3"
}
variable "settings" {
  type = object({
    name  = string
    size  = optional(number, 7)
    extra = optional(string)
  })
  default = { name = "n", dropped = 1 }
}
variable "names" {
  type    = set(string)
  default = ["b", "a", "b"]
}
variable "flags" {
  type = map(bool)
}
variable "quoted" {
  type = string
}
variable "untyped" {}
variable "listed" {
  type = list(string)
}

locals {
  inputs = [var.plain, var.count_of, var.settings, var.names, var.flags, var.quoted, var.untyped, var.listed]
  plain_heredoc = <<EOT
hello
  ${local.who} there
EOT
  indented = <<-EOT
    a
      b ${local.who}

    c
  EOT
  indented_interpolation = <<-EOT
      ${local.who}
    second
      third
  EOT
  directive = <<-EOT
    %{ for name in ["x", "y"] ~}
    server ${name}
    %{ endfor ~}
    %{ if local.who == "me" }yes%{ else }no%{ endif }
    end
  EOT
  directive_both = <<-EOT
    list:
    %{~ for name in ["x", "y"] ~}
      ${name},
    %{~ endfor ~}
    done
  EOT
  escaped = <<EOT
$${x} %%{y} "quoted" \n back\slash
EOT
  empty = <<EOT
EOT
  tabs = <<-EOT
		tab one
			tab two
	EOT
  who = "me"
  rendered  = templatefile("${path.module}/sub/t.tftpl", { names = ["a", "b"], who = "you" })
  file_text = file("${path.module}/sub/t.tftpl")
  decoded   = jsondecode(file("sub/doc.json"))
  exists    = [fileexists("sub/doc.json"), fileexists("${path.root}/sub/none")]
  hash      = filesha256("sub/doc.json")
  nested    = { for k, v in { a = [1, 2], b = [3] } : k => [for x in v : x * 2] }
  splats    = [[{ a = { b = 1 } }, { a = { b = 2 } }].*.a.b, [{ a = [1] }][*].a[0], null[*], "x"[*]]
  optional  = try(local.nested.zz, "none")
  unwrapped = "${[1, 2]}"
  multiline = (
    true
    ? "a"
    : "b"
  )
  key_forms = { "a-b" = 1, (local.who) = 2, c : 3, "${local.who}x" = 4 }
  override  = "original"
  numbers   = [1.0e3, 0.5, -0, 1.10, 5 % 3, 3 / 2]
  compare   = [1 < 2, "a" == "a", [1] == [1], { a = 1 } == { a = 1 }, null == "x", !false]
  string_template = templatestring(local.tpl, { v = 5 })
  tpl = "v is $${v}"
  module_out = module.m.out
  module_each = { for k, m in module.each : k => m.out.name }
  counted = module.counted[*].out.name
}
module "m" {
  source = "./sub"
  name   = "given-${local.who}"
}
module "each" {
  source   = "./sub"
  for_each = toset(["p", "q"])
  name     = each.key
}
module "counted" {
  source = "./sub"
  count  = 2
  name   = count.index
}
