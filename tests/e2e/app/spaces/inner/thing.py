HERE = "a namespace package"
